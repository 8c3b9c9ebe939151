/// Grid search: the parameters with a grid mark are crossed, the others are drawn for each point by key
/// (docs/semantics.md, "Samplers").
///
/// The order of the points: names sorted by their bytes, the last one moving fastest. Trial n takes point n, and the
/// product is gone through `num_samples` times (Ray Tune's meaning of that number), each time with fresh draws. Then
/// there is nothing left to suggest.
///
/// A marked parameter whose condition fails under the other marked values is left out, and such a point comes once, not
/// once for each of its values. Where the condition hangs on a drawn parameter, the crossing takes it as fulfilled, and
/// the trials where it fails leave the name out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// The cross product as a value; point i costs no memory, unless conditions thin the product out.
class Grid {
public:
  /// Crosses the marked parameters, or all if `mark_all`; constants count as one value. Fails with `invalid_option` for
  /// a parameter without grid points, and for conditions or linear constraints among more than a
  /// million combinations.
  static Result<Grid> make(const Space& space, bool mark_all);

  /// Saturates at 2^63 − 1.
  [[nodiscard]] std::int64_t size() const;
  /// The value of `name` at point `index` in [0, size()); null if it isn't crossed.
  [[nodiscard]] const Value* value(std::int64_t index, std::string_view name) const;
  /// The first point with these values; nullopt if the assignment lacks one, or has one that isn't in the grid.
  [[nodiscard]] std::optional<std::int64_t> index_of(const Assignment& assignment) const;

private:
  struct Axis {
    std::string name;
    std::vector<Value> points;
    std::vector<Condition> conditions;
    std::int64_t stride = 1;  ///< combinations of all later axes; saturates
  };

  [[nodiscard]] const Axis* find(std::string_view name) const;
  [[nodiscard]] const Value& at(const Axis& axis, std::int64_t combination) const;
  [[nodiscard]] bool absent(const Axis& axis, std::int64_t combination) const;
  [[nodiscard]] bool is_repeat(std::int64_t combination) const;
  [[nodiscard]] bool feasible(std::int64_t combination) const;
  [[nodiscard]] Result<void> take_constraints(const Space& space);
  [[nodiscard]] Result<void> thin_out();

  std::vector<Axis> axes_;                     ///< sorted by name
  std::int64_t combinations_ = 1;              ///< saturates
  std::vector<LinearConstraint> constraints_;  ///< over axes only
  std::vector<std::int64_t> kept_;             ///< the combinations that are points, ascending; only if thinned out
  bool thinned_ = false;
};

/// Fails with `invalid_option` unless the number is at least 1.
Result<void> check_num_samples(int num_samples);

class GridSampler final : public Sampler {
public:
  struct Options {
    Space space{};
    std::uint64_t seed = 0;
    bool mark_all = false;                 ///< `method: grid`
    int num_samples = 1;                   ///< >= 1
    std::vector<Assignment> start_with{};  ///< trials 0, 1, … take these elsewhere: the grid follows, without them
    SpaceFunctions functions{};
  };

  /// Fails with `invalid_option`; the message names the parameter.
  static Result<GridSampler> make(Options options);

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;

  /// How many trials there are, those of `start_with` included; nullopt for 2^63 − 1 and more.
  [[nodiscard]] std::optional<std::int64_t> total() const;

private:
  GridSampler(Options options, Grid grid);

  Options options_;
  Grid grid_;
  std::vector<std::int64_t> given_;  ///< points that start_with holds, ascending; left out of the first pass
};

}  // namespace winnow

/// Parameters that are modelled together: two Parzen estimators of them, of the good trials and of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <winnow/samplers/tpe/parzen.hpp>

namespace winnow::tpe {

enum class Side { none, below, above };

/// What a block offers to a trial.
struct Candidates {
  Columns places;                   ///< by parameter
  std::vector<double> acquisition;  ///< of each

  /// From the best one; of equal ones the first.
  [[nodiscard]] std::vector<std::size_t> best_first() const;
};

class Block {
public:
  /// `names`: one for each axis. `below` rules where they differ from `above`.
  Block(std::vector<std::string> names, std::vector<Axis> axes, Rules below, Rules above);

  [[nodiscard]] const std::vector<Axis>& axes() const { return axes_; }
  void insert(Side side, TrialId trial, const std::vector<double>& point);
  void erase(Side side, TrialId trial);

  /// `count` points drawn from the good trials' estimator, as if the trial itself weren't in the other one. Keyed by
  /// (seed, trial, names, round).
  Candidates candidates(std::uint64_t seed, TrialId trial, std::size_t count, std::size_t round);

  /// ln below(x) - ln above(x) at each point.
  std::vector<double> acquisition(const Columns& points);

  [[nodiscard]] Parzen& below() { return below_; }
  [[nodiscard]] Parzen& above() { return above_; }

private:
  [[nodiscard]] Columns draw(std::uint64_t seed, TrialId trial, std::size_t count, std::size_t round) const;

  std::vector<std::string> names_;
  std::vector<Axis> axes_;
  Parzen below_;
  Parzen above_;
};

}  // namespace winnow::tpe

/// Points that people give come first (Optuna's enqueue_trial, Ray Tune's points_to_evaluate; docs/semantics.md,
/// "Samplers").
///
/// The first trials take the given points, in order; a present parameter that a point lacks is drawn by key, as random
/// search would draw it for that trial; a value for a parameter that turns out absent is left out. From then on the
/// inner sampler suggests. A parameter that turns up while such a trial runs gets the point's value too, if its domain
/// holds it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/samplers/wrapper.hpp>

namespace winnow {

class StartWith final : public SamplerWrapper {
public:
  struct Options {
    std::vector<Assignment> points{};
    Space space{};
    std::uint64_t seed = 0;
    SpaceFunctions functions{};
  };

  /// Fails with `invalid_option` for a name that the space lacks (unless the space is empty: then names turn up later),
  /// for a value that its domain does not hold, and for a point that can't meet the linear constraints.
  static Result<StartWith> make(Options options, std::unique_ptr<Sampler> inner);

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;

private:
  StartWith(Options options, std::unique_ptr<Sampler> inner);
  [[nodiscard]] const Assignment* point_of(TrialId trial) const;

  Options options_;
};

}  // namespace winnow

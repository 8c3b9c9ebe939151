/// Parameters that keep one value (Optuna's PartialFixedSampler; docs/semantics.md, "Samplers"). Those of the space are
/// constants of it; one that turns up while a trial runs gets its value here, if its domain holds it.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include <winnow/core/result.hpp>
#include <winnow/samplers/wrapper.hpp>

namespace winnow {

/// The space with these parameters constant. Fails with `invalid_option` and `fixed.NAME: what` for a name that the
/// space lacks (unless it is empty: then names turn up later) and for a value that its domain doesn't hold; with
/// `linear_constraints[i]: what` where that leaves no room.
Result<Space> with_fixed(const Space& space, const Assignment& fixed);

class FixedSampler final : public SamplerWrapper {
public:
  FixedSampler(Assignment fixed, std::unique_ptr<Sampler> inner)
      : SamplerWrapper(std::move(inner)), fixed_(std::move(fixed)) {}

  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;

private:
  Assignment fixed_;
};

}  // namespace winnow

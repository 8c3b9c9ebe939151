/// Random search (Bergstra and Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 2012): every parameter
/// that is present is drawn from its domain by itself, without end.
///
/// A draw is keyed by (seed, trial number, name): neither the order of trials nor other parameters change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <winnow/samplers/sampler.hpp>

namespace winnow {

class RandomSampler final : public Sampler {
public:
  /// Every computed parameter's function must be among `functions`.
  RandomSampler(Space space, std::uint64_t seed, SpaceFunctions functions = {})
      : space_(std::move(space)), seed_(seed), functions_(std::move(functions)) {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;

private:
  Space space_;
  std::uint64_t seed_;
  SpaceFunctions functions_;
};

}  // namespace winnow

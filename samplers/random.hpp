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
  RandomSampler(Space space, std::uint64_t seed) : space_(std::move(space)), seed_(seed) {}

  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;

private:
  Space space_;
  std::uint64_t seed_;
};

}  // namespace winnow

/// From a spec to its sampler.
#pragma once

#include <cstdint>
#include <memory>

#include <winnow/samplers/registry.hpp>
#include <winnow/spec/spec.hpp>

namespace winnow {

/// What a spec's sampler is made from.
SamplerOptions sampler_options_of(const SweepSpec& spec, std::uint64_t seed, const SpaceFunctions& functions = {});

/// Makes the sampler that a spec asks for.
Result<std::unique_ptr<Sampler>> sampler_of(const SweepSpec& spec, std::uint64_t seed,
                                            const SpaceFunctions& functions = {});

}  // namespace winnow

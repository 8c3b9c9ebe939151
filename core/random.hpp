/// Randomness by key: every stream is made from (seed, trial number, name), so that a draw never depends on timing, on
/// the order of draws, or on which other parameters exist (docs/semantics.md, "Samplers" and "Events and replay").
#pragma once

#include <cstdint>
#include <pcg_random.hpp>
#include <string_view>

#include <winnow/core/ids.hpp>

namespace winnow {

/// PCG XSL RR 128/64 (O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms", 2014).
using Rng = pcg64;

/// SplitMix64's step: a bijection that spreads what one bit of `x` says over all bits (Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators", OOPSLA 2014, §5).
std::uint64_t mix64(std::uint64_t x);

/// The 64-bit hash behind a key: FNV-1a over the bytes, finished by SplitMix64's mixer.
std::uint64_t key_hash(std::uint64_t seed, TrialId trial, std::string_view name);

/// The stream of one key.
Rng keyed_rng(std::uint64_t seed, TrialId trial, std::string_view name);

/// Uniform in [0, 1), 53 bits.
double uniform01(Rng& rng);

}  // namespace winnow

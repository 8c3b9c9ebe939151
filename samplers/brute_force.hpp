/// Every combination of a discrete space once, in random order, as Optuna's BruteForceSampler has it
/// (optuna/samplers/_brute_force.py, 5.0.0); docs/algorithms/brute_force.md.
///
/// Of the parameters that the space names: trial n takes combination P(n), where P is a permutation by the seed over
/// the counted tree of combinations, conditional parameters only where they are present. However a trial ends, its
/// combination isn't tried again.
///
/// Of parameters that turn up while trials run, a tree is learned: a node is the parameter that was asked for, with an
/// edge for each of its values. A value is drawn with the weight (1/2) open ends below it / all open ends + (1/2) /
/// edges with one; those at which no trial stands come first. Once the space is gone through, combinations with open
/// ends are suggested again, until there are none. An end at which a running trial stands counts as closed, unless
/// `avoid_premature_stop`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Options: avoid_premature_stop (false). Fails with `invalid_option`: `parameters.NAME` for one that has no grid of up
/// to a million points, `linear_constraints` for those that tie together more than a million combinations, or leave
/// none.
Result<std::unique_ptr<Sampler>> make_brute_force(const Value& options, SamplerContext context);

/// How many trials there are before parameters turn up; nullopt for an empty space, and for 2^63 − 1 and more.
std::optional<std::int64_t> brute_force_total(const SamplerContext& context);

}  // namespace winnow

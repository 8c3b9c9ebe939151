/// Draws by key, shared by the samplers: the value of a parameter depends on (seed, trial, name) and its domain alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <winnow/core/assignment.hpp>
#include <winnow/core/random.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

inline Value keyed_draw(std::uint64_t seed, TrialId trial, std::string_view name, const Domain& domain) {
  Rng rng = keyed_rng(seed, trial, name);
  return draw(domain, rng);
}

/// Every parameter that is present, in the order of the space: with the value that `given(name)` points to, or drawn
/// where that is null.
template <class Given>
Assignment complete(const Space& space, std::uint64_t seed, TrialId trial, const Given& given) {
  Assignment assignment;
  for (const Parameter& parameter : space.parameters()) {
    if (!space.present(parameter, assignment)) continue;
    std::string name = parameter.name();
    const Value* value = given(std::string_view(name));
    Value chosen = value != nullptr ? *value : keyed_draw(seed, trial, name, parameter.domain);
    assignment.set(std::move(name), std::move(chosen));
  }
  return assignment;
}

}  // namespace winnow

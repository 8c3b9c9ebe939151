/// Draws by key, shared by the samplers: the value of a parameter depends on (seed, trial, name) and its domain alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/core/assignment.hpp>
#include <winnow/core/random.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/draw.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

inline Value keyed_draw(std::uint64_t seed, TrialId trial, std::string_view name, const Domain& domain) {
  Rng rng = keyed_rng(seed, trial, name);
  return draw(domain, rng);
}

/// Draws until the linear constraints hold; more than this, and there is next to no room between them.
inline constexpr int kTriesWithinConstraints = 1'000'000;

/// What a trial's values are drawn from.
struct Source {
  const Space& space;
  std::uint64_t seed;
  const SpaceFunctions& functions;
};

/// Null if the function isn't there (a run that is only looked at).
inline Value compute(const Source& source, TrialId trial, std::string_view name, const Assignment& others,
                     std::string_view function) {
  const auto it = source.functions.find(function);
  if (it == source.functions.end()) return nullptr;
  Rng rng = keyed_rng(source.seed, trial, name);
  return it->second(others, rng);
}

/// The suffix of the keys under which the parameters that linear constraints name meet them, drawn or given: the first
/// of "", "#1", "#2", …; nullopt if none does. (They have no conditions and aren't computed.)
template <class Given>
std::optional<std::string> feasible_key(const Source& source, TrialId trial, const Given& given) {
  for (int attempt = 0; attempt < kTriesWithinConstraints; ++attempt) {
    std::string suffix = attempt == 0 ? "" : "#" + std::to_string(attempt);
    Assignment point;
    for (const LinearConstraint& constraint : source.space.constraints()) {
      for (const LinearConstraint::Term& term : constraint.terms) {
        if (point.find(term.name) != nullptr) continue;
        const Value* value = given(std::string_view(term.name));
        const Domain& domain = source.space.find(term.name)->domain;
        point.set(term.name, value != nullptr ? *value : keyed_draw(source.seed, trial, term.name + suffix, domain));
      }
    }
    if (source.space.feasible(point)) return suffix;
  }
  return std::nullopt;
}

/// Every parameter that is present, in the order of the space: with the value that `given(name)` points to, or drawn
/// where that is null. nullopt if the linear constraints leave next to no room.
template <class Given>
std::optional<Assignment> complete(const Source& source, TrialId trial, const Given& given) {
  const Space& space = source.space;
  const auto suffix = feasible_key(source, trial, given);
  if (!suffix) return std::nullopt;
  Assignment assignment;
  for (const Parameter& parameter : space.parameters()) {
    if (!space.present(parameter, assignment)) continue;
    std::string name = parameter.name();
    const Value* value = given(std::string_view(name));
    Value chosen;
    if (value != nullptr) {
      chosen = *value;
    } else if (const auto* computed = std::get_if<Computed>(&parameter.domain)) {
      chosen = compute(source, trial, name, assignment, computed->function);
    } else {
      chosen = keyed_draw(source.seed, trial, space.constrained(name) ? name + *suffix : name, parameter.domain);
    }
    assignment.set(std::move(name), std::move(chosen));
  }
  return assignment;
}

}  // namespace winnow

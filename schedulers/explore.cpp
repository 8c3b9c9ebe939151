#include <winnow/schedulers/explore.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include <winnow/core/options.hpp>
#include <winnow/space/closest.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

constexpr int kTries = 20;  ///< for a change that keeps the linear constraints

template <class T>
const T& one_of(const std::vector<T>& values, Rng& rng) {
  return values[rng(values.size())];
}

/// The one before or after it; nullopt: it isn't among them.
std::optional<Value> neighbour(const Categorical& domain, const Value& value, Rng& rng) {
  const auto& values = domain.values;
  const auto found = std::find(values.begin(), values.end(), value);
  if (found == values.end()) return std::nullopt;
  const auto at = found - values.begin();
  const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
  const auto to = std::clamp<std::ptrdiff_t>(at + (rng(2) == 0 ? -1 : 1), 0, last);
  return values[static_cast<std::size_t>(to)];
}

Value multiplied(const Domain& domain, const Value& value, double factor, bool bounded) {
  const auto from = value.get<double>();
  if (!bounded) {
    if (value.is_number_integer()) return static_cast<std::int64_t>(std::nearbyint(from * factor));
    return from * factor;
  }
  Value to = closest(domain, from * factor);
  const auto apart = spacing(domain);
  if (to != value || !apart || factor == 1) return to;
  return closest(domain, factor > 1 ? from + *apart : from - *apart);
}

Value changed(const Domain& domain, const Value& value, const ExploreOptions& options, Rng& rng) {
  if (uniform01(rng) < options.resample) return draw(domain, rng);
  if (const auto* choices = std::get_if<Categorical>(&domain)) {
    return neighbour(*choices, value, rng).value_or(draw(domain, rng));
  }
  if (!value.is_number()) return draw(domain, rng);
  return multiplied(domain, value, one_of(options.factors, rng), options.bounded);
}

bool may_change(const Parameter& parameter, const ExploreOptions& options) {
  if (std::holds_alternative<Constant>(parameter.domain) || std::holds_alternative<Computed>(parameter.domain)) {
    return false;
  }
  const auto& names = options.names;
  return names.empty() || std::find(names.begin(), names.end(), parameter.name()) != names.end();
}

}  // namespace

Value perturbed(const Parameter& parameter, const Value& value, const ExploreOptions& options, Rng& rng) {
  return may_change(parameter, options) ? changed(parameter.domain, value, options, rng) : value;
}

Assignment with_changes(const Space& space, const Assignment& params, const ChangeValue& change, Rng& rng) {
  Assignment to;
  for (const Parameter& parameter : space.parameters()) {
    if (!space.present(parameter, to)) continue;
    const Value* value = params.find(parameter.name());
    to.set(parameter.name(), value == nullptr ? draw(parameter.domain, rng) : change(parameter, *value));
  }
  for (const auto& [name, value] : params.entries()) {
    if (space.find(name) == nullptr) to.set(name, value);
  }
  return to;
}

Result<void> check_explore(const ExploreOptions& options, const Space& space) {
  for (const std::string& name : options.names) {
    const Parameter* parameter = space.find(name);
    if (parameter != nullptr && std::holds_alternative<Constant>(parameter->domain)) {
      return invalid_option("hyperparam_mutations", fmt::format("'{}' is a constant: it can't change", name));
    }
    if (parameter != nullptr) continue;
    std::vector<std::string> known;
    for (const Parameter& each : space.parameters()) known.push_back(each.name());
    return invalid_option("hyperparam_mutations",
                          fmt::format("'{}' is no parameter of the space (it has {})", name, fmt::join(known, " ")));
  }
  return {};
}

Assignment explore(const Space& space, const Assignment& params, const ExploreOptions& options, Rng& rng) {
  const auto change = [&](const Parameter& parameter, const Value& value) {
    return perturbed(parameter, value, options, rng);
  };
  for (int i = 0; i < kTries; ++i) {
    Assignment to = with_changes(space, params, change, rng);
    if (space.feasible(to)) return to;
  }
  return params;
}

}  // namespace winnow

#include <winnow/schedulers/perturbation.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <winnow/core/options.hpp>
#include <winnow/space/closest.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

std::optional<Value> fitting(const Domain& domain, const Value& value) {
  if (contains(domain, value)) return value;
  Value nearest = value.is_number() ? closest(domain, value.get<double>()) : Value();
  return nearest.is_null() ? std::nullopt : std::optional(std::move(nearest));
}

}  // namespace

Result<std::unique_ptr<Explorer>> Perturbation::make(ExploreOptions options, const Space* space, CustomExplore custom) {
  const auto refuse = [](std::string_view key, std::string_view right, double got) {
    return invalid_option(key, fmt::format("must be {}, got {}", right, format_double(got)));
  };
  const double resample = options.resample;
  if (!(resample >= 0 && resample <= 1)) return refuse("resample_probability", "between 0 and 1", resample);
  const auto& factors = options.factors;
  const auto bad = std::find_if(factors.begin(), factors.end(), [](double f) { return !(std::isfinite(f) && f > 0); });
  if (factors.empty()) return invalid_option("perturbation_factors", "must be at least one number greater than 0");
  if (bad != factors.end()) return refuse("perturbation_factors", "numbers greater than 0", *bad);
  if (space != nullptr) {
    if (auto known = check_explore(options, *space); !known) return fail(std::move(known.error()));
  }
  return std::unique_ptr<Explorer>(
      new Perturbation(std::move(options), space == nullptr ? Space() : *space, std::move(custom)));
}

Assignment Perturbation::explore(TrialId, const Assignment& params, Rng& rng) const {
  Assignment changed = winnow::explore(space_, params, options_, rng);
  if (!custom_.function) return changed;
  const Value given = custom_.function(changed, rng);
  if (!given.is_object()) return changed;
  const auto change = [&](const Parameter& parameter, const Value& value) {
    const auto it = given.find(parameter.name());
    return it == given.end() ? value : fitting(parameter.domain, *it).value_or(value);
  };
  Assignment custom = with_changes(space_, changed, change, rng);
  return space_.feasible(custom) ? custom : changed;
}

Value Perturbation::options() const {
  Value options{{"resample_probability", options_.resample},
                {"perturbation_factors", options_.factors},
                {"hyperparam_mutations", options_.names}};
  if (!options_.bounded) options["compat"] = "ray";
  if (!custom_.name.empty()) options["custom_explore_fn"] = custom_.name;
  return options;
}

std::string Perturbation::describe() const {
  return fmt::format("{} then change: drawn anew with probability {}, else times {}, or to the next choice",
                     options_.names.empty() ? "all parameters" : fmt::format("{}", fmt::join(options_.names, ", ")),
                     format_double(options_.resample), fmt::join(options_.factors, " or "));
}

}  // namespace winnow

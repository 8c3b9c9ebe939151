#include <winnow/schedulers/perturbation.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <winnow/core/options.hpp>

namespace winnow {

Result<std::unique_ptr<Explorer>> Perturbation::make(ExploreOptions options, const Space* space) {
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
  return std::unique_ptr<Explorer>(new Perturbation(std::move(options), space == nullptr ? Space() : *space));
}

Assignment Perturbation::explore(TrialId, const Assignment& params, Rng& rng) const {
  return winnow::explore(space_, params, options_, rng);
}

Value Perturbation::options() const {
  Value options{{"resample_probability", options_.resample},
                {"perturbation_factors", options_.factors},
                {"hyperparam_mutations", options_.names}};
  if (!options_.bounded) options["compat"] = "ray";
  return options;
}

std::string Perturbation::describe() const {
  return fmt::format("{} then change: drawn anew with probability {}, else times {}, or to the next choice",
                     options_.names.empty() ? "all parameters" : fmt::format("{}", fmt::join(options_.names, ", ")),
                     format_double(options_.resample), fmt::join(options_.factors, " or "));
}

}  // namespace winnow

#include <winnow/spec/sampler_of.hpp>

#include <winnow/schedulers/dehb.hpp>
#include <winnow/spec/objective.hpp>

namespace winnow {
namespace {

/// What W&B's files say at the metric.
bool imputes(std::string_view method) {
  return method == "bayes" || method == "gp";
}

void impute(const char* key, std::optional<Impute> by, Value& options) {
  if (by && !options.contains(key)) options[key] = to_string(*by);
}

}  // namespace

SamplerOptions sampler_options_of(const SweepSpec& spec, std::uint64_t seed, const SpaceFunctions& functions) {
  SamplerOptions options;
  options.space = spec.space;
  options.seed = seed;
  if (!spec.metrics.empty()) options.goals.clear();
  for (const MetricSpec& metric : spec.metrics) {
    if (objective_of(spec) == &metric) options.judged = options.goals.size();
    options.goals.push_back(metric.goal);
  }
  options.options = spec.sampler_options;
  if (const MetricSpec* judged = objective_of(spec); judged != nullptr && imputes(spec.method)) {
    impute("impute", judged->impute, options.options);
    impute("impute_while_running", judged->impute_while_running, options.options);
  }
  options.start_with = spec.start_with;
  options.fixed = spec.fixed;
  options.repeat = spec.repeat;
  options.repeats = spec.repeats;
  options.prior = spec.prior;
  options.num_samples = spec.num_samples;
  if (spec.scheduler.type == "dehb") {
    if (auto plan = halving_plan(spec.scheduler.options)) options.plan = std::move(*plan);
  }
  options.functions = functions;
  return options;
}

Result<std::unique_ptr<Sampler>> sampler_of(const SweepSpec& spec, std::uint64_t seed,
                                            const SpaceFunctions& functions) {
  return make_sampler(spec.method, sampler_options_of(spec, seed, functions));
}

}  // namespace winnow

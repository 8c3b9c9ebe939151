#include <winnow/spec/sampler_of.hpp>

#include <winnow/spec/objective.hpp>

namespace winnow {

Result<std::unique_ptr<Sampler>> sampler_of(const SweepSpec& spec, std::uint64_t seed,
                                            const SpaceFunctions& functions) {
  SamplerOptions options;
  options.space = spec.space;
  options.seed = seed;
  if (const MetricSpec* observed = objective_of(spec)) options.goal = observed->goal;
  options.start_with = spec.start_with;
  options.num_samples = spec.num_samples;
  options.functions = functions;
  return make_sampler(spec.method, std::move(options));
}

}  // namespace winnow

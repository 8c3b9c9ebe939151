#include <winnow/samplers/regularized_evolution.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <winnow/core/options.hpp>
#include <winnow/samplers/evolution/aging_sampler.hpp>

namespace winnow {

Result<std::unique_ptr<Sampler>> make_regularized_evolution(const Value& options, SamplerContext context) {
  OptionReader reader("regularized_evolution", options);
  evolution::AgingSampler::Options read;
  read.population_size = reader.integer("population_size", read.population_size);
  read.sample_size = reader.integer("sample_size", read.sample_size);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  for (const auto& [key, number] :
       {std::pair<std::string_view, int>("population_size", read.population_size), {"sample_size", read.sample_size}}) {
    if (number < 1) return invalid_option(key, "must be at least 1, got " + std::to_string(number));
  }
  return std::make_unique<evolution::AgingSampler>(std::move(context), read);
}

}  // namespace winnow

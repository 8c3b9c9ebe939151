#include <winnow/samplers/nsga2.hpp>

#include <utility>

#include <winnow/samplers/evolution/genetic_sampler.hpp>

namespace winnow {

Result<std::unique_ptr<Sampler>> make_nsga2(const Value& options, SamplerContext context) {
  OptionReader reader("nsga2", options);
  auto breeding = evolution::Breeding::read(reader);
  if (!breeding) return fail(std::move(breeding.error()));
  breeding->several_objectives = context.goals.size() > 1;
  const auto size = static_cast<std::size_t>(breeding->population_size);
  const auto select = [size](const std::vector<evolution::Fitness>& pool, int) {
    return evolution::select_by_crowding(pool, size);
  };
  Value said = breeding->to_value();
  return std::make_unique<evolution::GeneticSampler>("nsga2", std::move(context), *breeding, select, std::move(said));
}

}  // namespace winnow

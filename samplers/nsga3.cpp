#include <winnow/samplers/nsga3.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/samplers/evolution/genetic_sampler.hpp>

namespace winnow {
namespace {

constexpr std::size_t kMostReferencePoints = 100'000;

bool is_reference_point(const Value& point, std::size_t objectives) {
  if (!point.is_array() || point.size() != objectives) return false;
  const auto is_coordinate = [](const Value& x) {
    return x.is_number() && std::isfinite(x.get<double>()) && x.get<double>() >= 0;
  };
  const auto is_zero = [](const Value& x) { return x.get<double>() == 0; };
  return std::all_of(point.begin(), point.end(), is_coordinate) && !std::all_of(point.begin(), point.end(), is_zero);
}

Result<std::optional<std::vector<Losses>>> given_points(const Value* option, std::size_t objectives) {
  if (option == nullptr || option->is_null()) return std::nullopt;
  const bool good = option->is_array() && !option->empty() &&
                    std::all_of(option->begin(), option->end(),
                                [&](const Value& point) { return is_reference_point(point, objectives); });
  if (good) return option->get<std::vector<Losses>>();
  return invalid_option("reference_points", "must be a list of points with " + std::to_string(objectives) +
                                                " coordinates, one for each objective, >= 0 and not all 0");
}

/// How many points `reference_points(objectives, divisions)` has: divisions + objectives − 1 over divisions.
bool are_too_many(std::size_t objectives, int divisions) {
  double count = 1;
  for (int i = 1; i <= divisions; ++i) {
    count *= (static_cast<double>(objectives) - 1 + i) / i;
    if (count > static_cast<double>(kMostReferencePoints)) return true;
  }
  return false;
}

}  // namespace

Result<std::unique_ptr<Sampler>> make_nsga3(const Value& options, SamplerContext context) {
  OptionReader reader("nsga3", options);
  const int divisions = reader.integer("dividing_parameter", 3);
  auto given = given_points(reader.value("reference_points"), context.goals.size());
  auto breeding = evolution::Breeding::read(reader);
  if (!breeding) return fail(std::move(breeding.error()));
  if (!given) return fail(std::move(given.error()));
  if (divisions < 1)
    return invalid_option("dividing_parameter", "must be at least 1, got " + std::to_string(divisions));
  if (!*given && are_too_many(context.goals.size(), divisions)) {
    return invalid_option("dividing_parameter", "makes more than 100000 reference points");
  }
  breeding->several_objectives = context.goals.size() > 1;
  const auto size = static_cast<std::size_t>(breeding->population_size);
  auto reference = *given ? **given : evolution::reference_points(context.goals.size(), divisions);
  const auto select = [size, reference = std::move(reference), seed = context.seed](
                          const std::vector<evolution::Fitness>& pool, int generation) {
    evolution::RandomChance chance(keyed_rng(seed, generation, "nsga3.niches"));
    return evolution::select_by_niches(pool, size, reference, chance);
  };
  Value said = breeding->to_value();
  said["dividing_parameter"] = divisions;
  said["reference_points"] = *given ? Value(**given) : Value();
  return std::make_unique<evolution::GeneticSampler>("nsga3", std::move(context), *breeding, select, std::move(said));
}

}  // namespace winnow

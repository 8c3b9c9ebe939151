#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <winnow/samplers/evolution/breeding.hpp>
#include <winnow/samplers/evolution/mutation.hpp>

namespace winnow::evolution {
namespace {

constexpr int kTriesWithinBounds = 100;

/// One parameter of a child, and its parents' genes.
struct Strand {
  const UnitAxis* axis = nullptr;
  std::vector<const Gene*> genes;  ///< one for each parent
  std::size_t side = 0;
  const std::string* drawn = nullptr;  ///< its name, if it is no side
  Gene child{};
};

bool has(const Gene& gene) {
  return !std::isnan(gene.position);
}

const Gene* find(const Individual& individual, const DrawnGene& wanted) {
  const auto it = std::find_if(individual.drawn.begin(), individual.drawn.end(),
                               [&](const DrawnGene& drawn) { return drawn.name == wanted.name; });
  return it == individual.drawn.end() || it->axis != wanted.axis ? nullptr : &it->gene;
}

/// The parameters that all of them have.
std::vector<Strand> strands(const std::vector<const Individual*>& parents, const UnitCube& cube) {
  std::vector<Strand> strands;
  const auto add = [&](Strand strand) {
    const bool shared = std::all_of(strand.genes.begin(), strand.genes.end(),
                                    [](const Gene* gene) { return gene != nullptr && has(*gene); });
    if (shared) strands.push_back(std::move(strand));
  };
  for (std::size_t side = 0; side < cube.dimension(); ++side) {
    Strand strand{.axis = &cube.sides()[side].axis, .genes = {}, .side = side};
    for (const Individual* parent : parents) strand.genes.push_back(&parent->sides[side]);
    add(std::move(strand));
  }
  for (const DrawnGene& drawn : parents[0]->drawn) {
    Strand strand{.axis = &drawn.axis, .genes = {}, .side = 0, .drawn = &drawn.name};
    for (const Individual* parent : parents) strand.genes.push_back(find(*parent, drawn));
    add(std::move(strand));
  }
  return strands;
}

const Individual& winner_of_two(const Parents& parents, const std::vector<const Individual*>& taken, Chance& chance) {
  Parents left;
  const Parents* from = &parents;
  if (!taken.empty()) {
    std::copy_if(parents.begin(), parents.end(), std::back_inserter(left), [&](const auto& parent) {
      return std::find(taken.begin(), taken.end(), parent.get()) == taken.end();
    });
    from = &left;
  }
  const auto& first = *(*from)[chance.below(from->size())];
  const auto& second = *(*from)[chance.below(from->size())];
  return beats(first.fitness, second.fitness) ? first : second;
}

/// False if a number lies outside of its axis.
bool cross_numbers(const Breeding& breeding, std::vector<Strand>& strands, Chance& chance) {
  std::vector<Strand*> numeric;
  for (Strand& strand : strands) {
    if (strand.axis->kind() != UnitAxis::Kind::categorical) numeric.push_back(&strand);
  }
  if (numeric.empty()) return true;
  std::vector<Point> parents(numeric[0]->genes.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    for (const Strand* strand : numeric) parents[i].push_back(strand->genes[i]->position);
  }
  const bool several = breeding.several_objectives;
  const Point child = cross(breeding.crossover, parents, several, chance);
  bool is_inside = true;
  for (std::size_t k = 0; k < numeric.size(); ++k) {
    Strand& strand = *numeric[k];
    const auto same = std::find_if(strand.genes.begin(), strand.genes.end(),
                                   [&](const Gene* gene) { return gene->position == child[k]; });
    const double position = std::clamp(child[k], 0.0, 1.0);
    const bool continuous = strand.axis->kind() == UnitAxis::Kind::continuous;
    is_inside = is_inside && (!continuous || position == child[k]);
    strand.child = same == strand.genes.end() ? Gene{position, strand.axis->value(position)} : **same;
  }
  return is_inside;
}

void cross_choices(const Breeding& breeding, std::vector<Strand>& strands, Chance& chance) {
  for (Strand& strand : strands) {
    if (strand.axis->kind() != UnitAxis::Kind::categorical) continue;
    strand.child = chance.uniform() >= breeding.swapping_prob ? *strand.genes.back() : *strand.genes.front();
  }
}

std::vector<Strand> crossed(const Breeding& breeding, const Parents& parents, const UnitCube& cube, Chance& chance) {
  for (int attempt = 1;; ++attempt) {
    std::vector<const Individual*> chosen;
    while (chosen.size() < breeding.crossover.parents()) chosen.push_back(&winner_of_two(parents, chosen, chance));
    std::vector<Strand> child = strands(chosen, cube);
    cross_choices(breeding, child, chance);
    if (cross_numbers(breeding, child, chance) || attempt == kTriesWithinBounds) return child;
  }
}

std::vector<Strand> copied(const Parents& parents, const UnitCube& cube, Chance& chance) {
  std::vector<Strand> child = strands({parents[chance.below(parents.size())].get()}, cube);
  for (Strand& strand : child) strand.child = *strand.genes[0];
  return child;
}

void mutate(const Breeding& breeding, std::vector<Strand>& child, Chance& chance) {
  const double count = static_cast<double>(std::max<std::size_t>(child.size(), 1));
  const double probability = breeding.mutation_prob.value_or(1 / count);
  for (Strand& strand : child) {
    if (chance.uniform() >= probability) continue;
    const bool polynomial = breeding.polynomial_mutation && strand.axis->kind() != UnitAxis::Kind::categorical;
    const double u = chance.uniform();
    const double position =
        polynomial ? polynomial_mutation(strand.child.position, *breeding.polynomial_mutation, u) : u;
    strand.child = {position, strand.axis->value(position)};
  }
}

Result<void> check_probability(std::string_view key, double p) {
  if (p >= 0 && p <= 1) return {};
  return invalid_option(key, "must lie in [0, 1], got " + format_double(p));
}

/// A name, or an object with it as `type`; null: none.
Result<std::optional<double>> mutation_from(const Value* option) {
  if (option == nullptr || option->is_null()) return std::nullopt;
  const Value object = option->is_string() ? Value{{"type", *option}} : *option;
  if (!object.is_object() || object.value("type", Value()) != "polynomial") {
    return invalid_option("mutation", "must be polynomial, or null for a new draw");
  }
  OptionReader reader("mutation", object);
  static_cast<void>(reader.text("type"));
  const double eta = reader.number("eta").value_or(20);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (eta < 0) return invalid_option("eta", "must be at least 0, got " + format_double(eta));
  return eta;
}

}  // namespace

Result<Breeding> Breeding::read(OptionReader& reader) {
  Breeding read;
  read.population_size = reader.integer("population_size", read.population_size);
  if (const Value* p = reader.value("mutation_prob"); p != nullptr && !p->is_null()) {
    read.mutation_prob = reader.number("mutation_prob");
  }
  read.crossover_prob = reader.number("crossover_prob").value_or(read.crossover_prob);
  read.swapping_prob = reader.number("swapping_prob").value_or(read.swapping_prob);
  auto crossover = crossover_from(reader.value("crossover"));
  auto mutation = mutation_from(reader.value("mutation"));
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!crossover) return fail(std::move(crossover.error()));
  if (!mutation) return fail(std::move(mutation.error()));
  read.crossover = *crossover;
  read.crossover.swapping_prob = read.swapping_prob;
  read.polynomial_mutation = *mutation;
  const auto least = std::max<std::size_t>(2, read.crossover.parents());
  if (read.population_size < static_cast<int>(least)) {
    return invalid_option("population_size", "must be at least " + std::to_string(least) + ", got " +
                                                 std::to_string(read.population_size));
  }
  for (const auto& [key, p] : {std::pair<std::string_view, double>("mutation_prob", read.mutation_prob.value_or(0)),
                               {"crossover_prob", read.crossover_prob},
                               {"swapping_prob", read.swapping_prob}}) {
    if (auto valid = check_probability(key, p); !valid) return fail(std::move(valid.error()));
  }
  return read;
}

Value Breeding::to_value() const {
  Value value{{"population_size", population_size}, {"mutation_prob", mutation_prob ? Value(*mutation_prob) : Value()},
              {"crossover", crossover.to_value()},  {"crossover_prob", crossover_prob},
              {"swapping_prob", swapping_prob},     {"mutation", Value()}};
  if (polynomial_mutation) value["mutation"] = {{"type", "polynomial"}, {"eta", *polynomial_mutation}};
  return value;
}

Child breed(const Breeding& breeding, const Parents& parents, const UnitCube& cube, Chance& chance) {
  auto strands = chance.uniform() < breeding.crossover_prob ? crossed(breeding, parents, cube, chance)
                                                            : copied(parents, cube, chance);
  mutate(breeding, strands, chance);
  Child child{std::vector<std::optional<Value>>(cube.dimension()), {}};
  for (Strand& strand : strands) {
    if (strand.drawn == nullptr) {
      child.sides[strand.side] = std::move(strand.child.value);
    } else {
      child.drawn.push_back({*strand.drawn, strand.axis->domain(), std::move(strand.child.value)});
    }
  }
  return child;
}

}  // namespace winnow::evolution

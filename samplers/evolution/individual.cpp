#include <cmath>
#include <limits>
#include <winnow/samplers/evolution/individual.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::evolution {
namespace {

Gene gene_of(const UnitAxis& axis, const Value* value) {
  if (value == nullptr || !contains(axis.domain(), *value)) return {std::numeric_limits<double>::quiet_NaN(), nullptr};
  return {axis.position(*value), *value};
}

/// By how much constraints are missed in all; one whose metric is missing is missed without end.
double penalty_of(const std::vector<double>& violations) {
  double sum = 0;
  for (const double violation : violations) {
    if (std::isnan(violation)) return std::numeric_limits<double>::infinity();
    sum += violation > 0 ? violation : 0;
  }
  return sum;
}

}  // namespace

std::shared_ptr<const Individual> individual_of(const TrialEnded& ended, const Genome& genome, const UnitCube& cube,
                                                const std::vector<Goal>& goals) {
  if (ended.state != TrialState::completed || ended.values.size() != goals.size()) return nullptr;
  auto individual = std::make_shared<Individual>();
  individual->trial = ended.trial;
  for (std::size_t i = 0; i < goals.size(); ++i) {
    if (std::isnan(ended.values[i])) return nullptr;
    individual->fitness.losses.push_back(goals[i] == Goal::maximize ? -ended.values[i] : ended.values[i]);
  }
  individual->fitness.penalty = penalty_of(ended.violations);
  individual->sides.reserve(cube.dimension());
  for (const auto& side : cube.sides()) {
    individual->sides.push_back(gene_of(side.axis, genome.params.find(side.name)));
  }
  for (const auto& [name, domain] : genome.drawn) {
    UnitAxis axis(domain);
    if (axis.kind() == UnitAxis::Kind::fixed) continue;
    Gene gene = gene_of(axis, genome.params.find(name));
    individual->drawn.push_back({name, std::move(axis), std::move(gene)});
  }
  return individual;
}

}  // namespace winnow::evolution

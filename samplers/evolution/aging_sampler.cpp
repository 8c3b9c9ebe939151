#include <algorithm>
#include <cmath>
#include <variant>
#include <winnow/samplers/detail/completion.hpp>
#include <winnow/samplers/evolution/aging_sampler.hpp>

namespace winnow::evolution {
namespace {

constexpr int kTriesToDiffer = 1000;

Child copy_of(const Individual& parent) {
  Child child;
  for (const Gene& gene : parent.sides) {
    child.sides.push_back(std::isnan(gene.position) ? std::nullopt : std::optional(gene.value));
  }
  for (const DrawnGene& drawn : parent.drawn) {
    if (std::isnan(drawn.gene.position)) continue;
    child.drawn.push_back({drawn.name, drawn.axis.domain(), drawn.gene.value});
  }
  return child;
}

/// The values that can change.
std::vector<std::pair<const UnitAxis*, Value*>> values_of(Child& child, const UnitCube& cube) {
  std::vector<std::pair<const UnitAxis*, Value*>> values;
  for (std::size_t side = 0; side < child.sides.size(); ++side) {
    if (child.sides[side]) values.emplace_back(&cube.sides()[side].axis, &*child.sides[side]);
  }
  return values;
}

}  // namespace

AgingSampler::Birth AgingSampler::parent_for(TrialId trial) const {
  if (population_.size() < static_cast<std::size_t>(options_.population_size)) return nullptr;
  RandomChance chance(keyed_rng(context_.seed, trial, "regularized_evolution.parent"));
  const Birth* best = nullptr;
  for (int i = 0; i < options_.sample_size; ++i) {
    const Birth& one = population_[chance.below(population_.size())];
    if (best == nullptr || beats(one->fitness, (*best)->fitness)) best = &one;
  }
  return *best;
}

Child AgingSampler::child_of(TrialId trial, const Individual* parent) const {
  if (parent == nullptr) return {};
  RandomChance chance(keyed_rng(context_.seed, trial, "regularized_evolution"));
  const std::size_t sides = static_cast<std::size_t>(
      std::count_if(parent->sides.begin(), parent->sides.end(), [](const Gene& g) { return !std::isnan(g.position); }));
  for (int attempt = 0; attempt < kTriesToDiffer; ++attempt) {
    Child child = copy_of(*parent);
    const std::size_t genes = sides + child.drawn.size();
    if (genes == 0) break;
    const std::size_t which = chance.below(genes);
    const double u = chance.uniform();
    bool is_changed = false;
    if (which < sides) {
      const auto [axis, value] = values_of(child, cube_)[which];
      Value drawn = axis->value(u);
      is_changed = drawn != *value;
      *value = std::move(drawn);
    } else {
      Child::Drawn& drawn = child.drawn[which - sides];
      Value value = UnitAxis(drawn.domain).value(u);
      is_changed = value != drawn.value;
      drawn.value = std::move(value);
    }
    if (is_changed && feasible(context_.space, cube_, child.sides)) return child;
  }
  return {};
}

std::optional<Assignment> AgingSampler::propose(TrialId trial) {
  Birth parent = parent_for(trial);
  const Child child = child_of(trial, parent.get());
  auto params = completed(Source{context_.space, context_.seed, context_.functions}, trial, cube_, child.sides);
  if (params) genomes_.born(trial, *params, std::move(parent));
  return params;
}

Value AgingSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  const auto* entry = genomes_.find(trial);
  const Child child = child_of(trial, entry == nullptr ? nullptr : entry->birth.get());
  for (const Child::Drawn& drawn : child.drawn) {
    if (drawn.name == name && drawn.domain == domain) return drawn.value;
  }
  return keyed_draw(context_.seed, trial, name, domain);
}

void AgingSampler::observe(const Observation& observation) {
  if (const auto* news = std::get_if<TrialSuggested>(&observation)) {
    genomes_.born(news->trial, news->params, parent_for(news->trial));
  }
  if (const auto* news = std::get_if<ParameterDrawn>(&observation)) genomes_.observe(*news);
  if (const auto* news = std::get_if<TrialChanged>(&observation)) genomes_.observe(*news);
  if (const auto* news = std::get_if<TrialEnded>(&observation)) {
    if (const auto* entry = genomes_.find(news->trial)) {
      auto individual = individual_of(*news, entry->genome, cube_, context_.goals);
      if (individual != nullptr) population_.push_back(std::move(individual));
      if (population_.size() > static_cast<std::size_t>(options_.population_size)) population_.pop_front();
    }
    genomes_.ended(*news);
  }
}

}  // namespace winnow::evolution

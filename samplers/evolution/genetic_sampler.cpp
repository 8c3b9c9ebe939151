#include <algorithm>
#include <variant>
#include <winnow/samplers/detail/completion.hpp>
#include <winnow/samplers/evolution/genetic_sampler.hpp>

namespace winnow::evolution {
namespace {

constexpr int kTriesWithinConstraints = 100;

}  // namespace

GeneticSampler::GeneticSampler(std::string name, SamplerContext context, Breeding breeding, Generations::Select select,
                               Value options)
    : name_(std::move(name)),
      context_(std::move(context)),
      cube_(context_.space),
      breeding_(breeding),
      options_(std::move(options)),
      generations_(static_cast<std::size_t>(breeding_.population_size), std::move(select)) {}

std::optional<Assignment> GeneticSampler::propose(TrialId trial) {
  const Generations::Birth& birth = generations_.current();
  const Child child = child_of(trial, *birth.parents);
  auto params = completed(Source{context_.space, context_.seed, context_.functions}, trial, cube_, child.sides);
  if (params) genomes_.born(trial, *params, birth);
  return params;
}

Child GeneticSampler::child_of(TrialId trial, const Parents& parents) const {
  if (parents.empty()) return {};
  RandomChance chance(keyed_rng(context_.seed, trial, name_));
  for (int attempt = 1;; ++attempt) {
    Child child = breed(breeding_, parents, cube_, chance);
    if (feasible(context_.space, cube_, child.sides)) return child;
    if (attempt < kTriesWithinConstraints) continue;
    drop_constrained(context_.space, cube_, child.sides);
    return child;
  }
}

Value GeneticSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  const auto* entry = genomes_.find(trial);
  if (entry != nullptr && !entry->birth.parents->empty()) {
    const Child child = child_of(trial, *entry->birth.parents);
    for (const Child::Drawn& drawn : child.drawn) {
      if (drawn.name == name && drawn.domain == domain) return drawn.value;
    }
  }
  return keyed_draw(context_.seed, trial, name, domain);
}

void GeneticSampler::observe(const Observation& observation) {
  if (const auto* news = std::get_if<TrialSuggested>(&observation)) {
    genomes_.born(news->trial, news->params, generations_.current());
  }
  if (const auto* news = std::get_if<ParameterDrawn>(&observation)) genomes_.observe(*news);
  if (const auto* news = std::get_if<TrialChanged>(&observation)) genomes_.observe(*news);
  if (const auto* news = std::get_if<TrialEnded>(&observation)) ended(*news);
}

void GeneticSampler::ended(const TrialEnded& news) {
  if (const auto* entry = genomes_.find(news.trial)) {
    auto individual = individual_of(news, entry->genome, cube_, context_.goals);
    const int generation = entry->birth.generation;
    if (individual != nullptr) generations_.completed(std::move(individual), generation);
  }
  genomes_.ended(news);
}

}  // namespace winnow::evolution

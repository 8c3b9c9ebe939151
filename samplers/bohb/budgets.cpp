#include <winnow/samplers/bohb/budgets.hpp>

#include <utility>

namespace winnow::bohb {

void Budgets::add(double at, Outcome outcome) {
  Budget& budget = budgets_[at];
  budget.is_current = false;
  const auto [it, is_new] = budget.places.try_emplace(outcome.trial, budget.outcomes.size());
  if (is_new) {
    budget.outcomes.push_back(std::move(outcome));
  } else {
    budget.outcomes[it->second] = std::move(outcome);
  }
}

void Budgets::failed(TrialId trial, Eigen::VectorXd point) {
  failed_.insert_or_assign(trial, std::move(point));
  changed();
}

void Budgets::resumed(TrialId trial) {
  if (failed_.erase(trial) > 0) changed();
}

void Budgets::changed() {
  for (auto& [at, budget] : budgets_) budget.is_current = false;
}

std::vector<Outcome> Budgets::with_failed(const Budget& budget) const {
  std::vector<Outcome> all = budget.outcomes;
  for (const auto& [trial, point] : failed_) {
    if (!budget.places.contains(trial)) all.push_back({trial, point, std::numeric_limits<double>::infinity()});
  }
  return all;
}

std::shared_ptr<const Model> Budgets::model(const Levels& levels, const ModelOptions& options, std::uint64_t seed) {
  for (auto& [at, budget] : budgets_) {
    if (!budget.is_current) {
      auto made = fit(with_failed(budget), levels, options, seed);
      budget.model = made ? std::make_shared<const Model>(std::move(*made)) : nullptr;
      budget.is_current = true;
    }
    if (budget.model) return budget.model;
  }
  return nullptr;
}

}  // namespace winnow::bohb

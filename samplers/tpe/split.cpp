#include <winnow/samplers/tpe/split.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <winnow/samplers/tpe/fronts.hpp>

namespace winnow::tpe {
namespace {

using Group = Standing::Group;

double missed(const std::vector<double>& violations) {
  double sum = 0;
  for (const double violation : violations) {
    if (violation > 0) sum += violation;
  }
  return sum;
}

Standing stopped_at(const Past& past) {
  if (!past.last_step) return {.group = Group::stopped, .first = 1};
  const double loss = std::isnan(past.last_loss) ? std::numeric_limits<double>::infinity() : past.last_loss;
  return {.group = Group::stopped, .first = -static_cast<double>(*past.last_step), .second = loss};
}

}  // namespace

std::size_t count_below(Gamma gamma, std::size_t ended, std::size_t objectives) {
  const auto n = static_cast<double>(ended);
  constexpr double kMost = 25;
  const double tenth = std::ceil(0.1 * n);
  double count = 0;
  switch (gamma) {
    case Gamma::standard: count = objectives <= 1 ? std::min(tenth, kMost) : tenth; break;
    case Gamma::capped: count = std::min(tenth, kMost); break;
    case Gamma::hyperopt: count = std::min(std::ceil(0.25 * std::sqrt(n)), kMost); break;
  }
  return static_cast<std::size_t>(count);
}

Standing standing_of(const Past& past, std::size_t objectives) {
  if (past.state == TrialState::failed) return {};
  if (!has_ended(past.state)) return {.group = Group::open};
  const bool completed = past.state == TrialState::completed;
  if (completed) {
    const bool counts = past.losses.size() == objectives &&
                        std::none_of(past.losses.begin(), past.losses.end(), [](double l) { return std::isnan(l); });
    if (!counts) return {};
  }
  const double violation = missed(past.violations);
  if (violation > 0) return {.group = Group::infeasible, .first = violation};
  if (!completed) return stopped_at(past);
  Standing standing{.group = Group::completed, .losses = past.losses};
  if (objectives == 1) standing.first = past.losses[0];
  return standing;
}

std::set<Split::Key>* Split::ordered(Group group) {
  switch (group) {
    case Group::unused:
    case Group::open: break;
    case Group::completed: return &completed_;
    case Group::stopped: return &stopped_;
    case Group::infeasible: return &infeasible_;
  }
  return nullptr;
}

void Split::set(TrialId trial, Standing standing) {
  Standing& known = standings_[trial];
  if (auto* set = ordered(known.group)) set->erase({known.first, known.second, trial});
  known = std::move(standing);
  if (auto* set = ordered(known.group)) set->emplace(known.first, known.second, trial);
}

std::vector<TrialId> Split::best_completed(std::size_t n) const {
  std::vector<TrialId> trials;
  std::vector<Losses> losses;
  for (const Key& key : completed_) {
    if (objectives_ <= 1 && trials.size() == n) return trials;
    trials.push_back(std::get<TrialId>(key));
    if (objectives_ > 1) losses.push_back(standings_.at(trials.back()).losses);
  }
  if (n >= trials.size()) return trials;
  std::vector<TrialId> best;
  for (const std::size_t i : best_of(losses, n)) best.push_back(trials[i]);
  return best;
}

std::vector<TrialId> Split::below() const {
  const std::size_t n = count_below(gamma_, ended(), objectives_);
  std::vector<TrialId> trials = best_completed(n);
  for (const std::set<Key>* rest : {&stopped_, &infeasible_}) {
    for (auto it = rest->begin(); it != rest->end() && trials.size() < n; ++it) {
      trials.push_back(std::get<TrialId>(*it));
    }
  }
  std::sort(trials.begin(), trials.end());
  return trials;
}

}  // namespace winnow::tpe

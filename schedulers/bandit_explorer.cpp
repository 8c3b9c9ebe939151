#include <winnow/schedulers/bandit_explorer.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include <winnow/schedulers/detail/ucb_choice.hpp>
#include <winnow/space/closest.hpp>

namespace winnow {

Result<std::unique_ptr<Explorer>> BanditExplorer::make(std::vector<std::string> names, const Space* space) {
  if (space != nullptr) {
    if (auto known = check_explore({.names = names}, *space); !known) return fail(std::move(known.error()));
  }
  return std::unique_ptr<Explorer>(new BanditExplorer(std::move(names), space == nullptr ? Space() : *space));
}

BanditExplorer::BanditExplorer(std::vector<std::string> names, Space space)
    : names_(std::move(names)), space_(std::move(space)) {
  for (const std::string& name : names_) {
    const Parameter* parameter = space_.find(name);
    if (parameter == nullptr) continue;
    if (const auto scale = UnitScale::of(parameter->domain)) {
      axes_.push_back({*parameter, *scale});
    } else {
      others_.names.push_back(name);
    }
  }
}

/// A parameter that isn't there lies in the middle.
ScoreChanges::Point BanditExplorer::point_of(const Assignment& params) const {
  ScoreChanges::Point point;
  for (const Axis& axis : axes_) {
    const Value* value = params.find(axis.parameter.name());
    point.push_back(value != nullptr && value->is_number() ? axis.scale.to_unit(value->get<double>()) : 0.5);
  }
  return point;
}

Assignment BanditExplorer::at_point(const Assignment& params, const ScoreChanges::Point& point, Rng& rng) const {
  const auto change = [&](const Parameter& parameter, const Value& value) {
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (axes_[i].parameter.path == parameter.path)
        return closest(parameter.domain, axes_[i].scale.from_unit(point[i]));
    }
    return value;
  };
  return with_changes(space_, params, change, rng);
}

void BanditExplorer::scored(TrialId trial, const Assignment& params, double time, double merit) {
  changes_.scored(trial, point_of(params), time, merit);
  ++version_;
}

void BanditExplorer::exploited(TrialId trial, const Assignment& params, double time, std::optional<double> merit) {
  changes_.exploited(trial, point_of(params), time, merit);
  ++version_;
}

void BanditExplorer::ended(TrialId trial) {
  changes_.ended(trial);
}

Assignment BanditExplorer::explore(TrialId donor, const Assignment& params, Rng& rng) const {
  if (last_ && last_->version == version_ && last_->donor == donor && last_->rng == rng) return last_->params;
  const Rng before = rng;
  last_ = {version_, donor, before, explored(donor, params, rng)};
  return last_->params;
}

Assignment BanditExplorer::explored(TrialId donor, const Assignment& from, Rng& rng) const {
  const auto* last = changes_.last_of(donor);
  if (last == nullptr) return from;
  Assignment params = from;
  if (!others_.names.empty()) {
    const auto perturb = [&](const Parameter& parameter, const Value& value) {
      return perturbed(parameter, value, others_, rng);
    };
    params = with_changes(space_, from, perturb, rng);
  }
  if (axes_.empty()) return params;
  const auto settle = [&](const ScoreChanges::Point& point) -> std::optional<ScoreChanges::Point> {
    ScoreChanges::Point settled;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const Value value = closest(axes_[i].parameter.domain, axes_[i].scale.from_unit(point[i]));
      settled.push_back(axes_[i].scale.to_unit(value.get<double>()));
    }
    if (!space_.constraints().empty() && !space_.feasible(at_point(params, settled, rng))) return std::nullopt;
    return settled;
  };
  const UcbChoice choice(changes_, *last);
  const auto best = choice.best(point_of(params), settle, rng);
  return best ? at_point(params, *best, rng) : from;
}

Value BanditExplorer::options() const {
  return {{"hyperparam_mutations", names_}};
}

std::string BanditExplorer::describe() const {
  return fmt::format(
      "{} then change: numbers to where a model of the scores so far has them rise most, or knows little",
      fmt::join(names_, ", "));
}

}  // namespace winnow

#include <winnow/schedulers/score_changes.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow {

void ScoreChanges::start(TrialId trial, double time, double merit) {
  if (std::isfinite(merit)) {
    starts_[trial] = {time, merit};
  } else {
    starts_.erase(trial);
  }
}

void ScoreChanges::scored(TrialId trial, const Point& at, double time, double merit) {
  latest_ = std::max(latest_, time);
  if (const auto found = starts_.find(trial); found != starts_.end()) {
    const Start from = found->second;
    const double rate = (merit - from.merit) / (time - from.time);
    if (time > from.time && std::isfinite(rate)) {
      changes_.push_back({trial, time, from.merit, rate, at});
    }
  }
  start(trial, time, merit);
  if (changes_.size() > kKept) changes_.pop_front();
}

const ScoreChanges::Change* ScoreChanges::last_of(TrialId trial) const {
  const auto last = std::find_if(changes_.rbegin(), changes_.rend(), [&](const Change& c) { return c.trial == trial; });
  return last == changes_.rend() ? nullptr : &*last;
}

void ScoreChanges::exploited(TrialId trial, Point at, double time, std::optional<double> merit) {
  if (merit) {
    start(trial, time, *merit);
  } else {
    starts_.erase(trial);
  }
  if (latest_ > explored_) given_.clear();
  explored_ = latest_;
  given_.push_back(std::move(at));
}

const std::vector<ScoreChanges::Point>& ScoreChanges::pending() const {
  static const std::vector<Point> kNone;
  return latest_ > explored_ ? kNone : given_;
}

}  // namespace winnow

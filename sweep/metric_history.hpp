/// The values of any metric, for who chooses by another one than the sweep's when it has run (`winnow best --metric`).
#pragma once

#include <map>
#include <optional>
#include <string>

#include <winnow/sweep/course.hpp>
#include <winnow/sweep/event.hpp>
#include <winnow/sweep/trial.hpp>

namespace winnow {

/// Takes a ledger's events, in their order; counts what a sweep would count that had this metric for its objective.
class MetricHistory {
public:
  MetricHistory(std::string metric, Goal goal) : metric_(std::move(metric)), goal_(goal) {}

  void take(const Event& event);
  /// nullopt: the trial has never reported it.
  [[nodiscard]] std::optional<double> value(TrialId trial, Scope scope) const;
  [[nodiscard]] bool empty() const { return values_.empty(); }

private:
  struct Values {
    ObjectiveHistory history;
    std::optional<double> told;
  };
  void report(const Event& event, const event::Reported& reported);

  std::string metric_;
  Goal goal_;
  std::map<TrialId, Course> courses_;
  std::map<TrialId, Values> values_;
};

}  // namespace winnow

/// What the tests of Optuna's pruners share: histories of a line or two.
#pragma once

#include <initializer_list>
#include <memory>

#include "support.hpp"

namespace winnow::testing {

inline Verdict tell(Scheduler& scheduler, TrialId trial, Step step, double value) {
  return report(scheduler, {trial, static_cast<double>(step), value, step});
}

inline std::unique_ptr<Scheduler> minimising(const char* type, const Value& options) {
  return make_or_fail(type, options, {.goal = Goal::minimize, .sweep = "s"});
}

inline std::unique_ptr<Scheduler> maximising(const char* type, const Value& options) {
  return make_or_fail(type, options, {.goal = Goal::maximize, .sweep = "s"});
}

/// A trial that reports these values at steps 1, 2, … and completes.
inline void complete(Scheduler& scheduler, TrialId trial, std::initializer_list<double> values) {
  Step step = 0;
  for (const double value : values) tell(scheduler, trial, ++step, value);
  scheduler.ended(trial, TrialState::completed);
}

/// The verdicts on these values at steps 1, 2, …: a letter each, g for going on, s for stop.
inline std::string verdicts(Scheduler& scheduler, TrialId trial, std::initializer_list<double> values) {
  std::string text;
  Step step = 0;
  for (const double value : values) text += tell(scheduler, trial, ++step, value) == Verdict::stop ? 's' : 'g';
  return text;
}

}  // namespace winnow::testing

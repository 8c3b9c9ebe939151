/// The best trial, or the Pareto list (docs/semantics.md, "The best trial").
///
/// A metric's threshold is the least that is wanted of it: a trial whose value is worse (below it if the metric is to
/// be maximised, above if minimised; equal is enough), not finite, or was never reported, is beyond it. The value is
/// the trial's own (trial_value) where one metric is optimised; else, and for constraints, the last one reported.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/sweep/sweep.hpp>

namespace winnow {

struct BestTrial {
  TrialId trial = 0;
  double value = 0;
  bool fallback = false;          ///< no trial was eligible: this is the one trained furthest
  bool beyond_threshold = false;  ///< … because those that ended well are all beyond a threshold
};

/// Of a fallback, for people: why no trial was eligible.
std::string_view reason(const BestTrial& best);

/// What a trial's value is: the final one it was told, else by scope; nullopt if it has none.
std::optional<double> trial_value(const Sweep& sweep, const Trial& trial);

/// Of each metric that is optimised, in the sweep's order: the trial's own value (trial_value) where there is one such
/// metric, else the last one reported; NaN where there is none.
std::vector<double> objective_values(const Sweep& sweep, const Trial& trial);
/// Of each constraint, in the sweep's order: by how much the last value misses its threshold, <= 0 if it doesn't; NaN
/// where there is no value.
std::vector<double> violations(const SweepSpec& spec, const Trial& trial);

/// By what the best trial is chosen.
struct Choice {
  std::string metric;
  Goal goal = Goal::minimize;
  std::string_view what;  ///< of the metric's values, for people: `best`, `avg`…
  std::function<std::optional<double>(const Trial&)> value;
};
/// As the sweep says, or by another scope; nullopt: it names no metric. It must not outlive the sweep.
std::optional<Choice> choice_of(const Sweep& sweep, std::optional<Scope> scope = std::nullopt);

/// Eligible: trials with a value that weren't stopped and didn't fail (stopped ones, too, where the spec says so;
/// failed ones never), and that are within all thresholds. If that leaves none, the one trained furthest. Ties go to
/// the lower number. nullopt: no trial has a value.
std::optional<BestTrial> best_trial(const Sweep& sweep, const Choice& choice);
/// By the sweep's own choice.
std::optional<BestTrial> best_trial(const Sweep& sweep);

/// It has finished with nothing to show for it: too many trials failed, or none has a value of the metric that it is
/// judged by.
bool fell_short(const Sweep& sweep);

/// Several metrics: the trials that none dominates, in order of number; equal points all stay; a non-finite objective
/// leaves a trial out, and so does a threshold. Values are the last reported ones.
std::vector<TrialId> pareto_front(const Sweep& sweep);

/// How many trials only a threshold leaves out of the Pareto list.
std::int64_t beyond_thresholds(const Sweep& sweep);

}  // namespace winnow

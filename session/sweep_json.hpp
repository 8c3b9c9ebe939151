/// What a sweep's trials and events are as JSON, for every front.
#pragma once

#include <filesystem>

#include <winnow/core/value.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/event.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

OrderedJson metrics_json(const Metrics& metrics);
OrderedJson trial_json(const Sweep& sweep, const Trial& trial);
/// The best trial, or the Pareto list, each with its checkpoint; null if no trial has a value. `choice`: by what, other
/// than the sweep says.
OrderedJson best_trials_json(const Sweep& sweep, const std::filesystem::path& root, const Choice* choice = nullptr);
/// `seq`, `time`, `kind`, of one about a trial `trial`, `attempt` and `state`, `text` if there is one, and the fields
/// of its kind (sweep/event.hpp) by their names.
OrderedJson event_json(const Event& event);

/// The checkpoint behind the trial's value: the one where the objective was best, if that is wanted, else the newest;
/// or empty.
std::filesystem::path checkpoint_of(const Sweep& sweep, const std::filesystem::path& root, TrialId trial, bool of_best);
/// Whether it is the one where the objective was best that is wanted. `choice`: null: the sweep's own.
bool wants_best(const Sweep& sweep, const Choice* choice);

}  // namespace winnow

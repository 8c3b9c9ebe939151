/// What may change while a sweep goes on, and what may not (docs/semantics.md, "Changed settings").
///
/// A setting is named by its path in the sweep file: run_cap, slots, durability, isolation, attempts_per_worker,
/// resources.cpus, resources.gpus, devices, budget.wall, budget.resource, budget.no_improvement, metric.target (of
/// several metrics metrics[0].target, …), trial.time_limit, trial.report_timeout, trial.grace, trial.retries.lost,
/// trial.retries.error, trial.retries.oom, trial.on_nan, failures.max, failures.first, checkpoints.last,
/// checkpoints.best. Its value is JSON in the file's spelling, times as seconds; null: none, or the default where there
/// is one. Everything else says what is searched or how, and stays as it is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/spec/spec.hpp>

namespace winnow {

struct Change {
  std::string name;
  Value before;
  Value after;
  bool operator==(const Change&) const = default;
};

/// All settings with their values, in the order in which they stand above.
std::vector<std::pair<std::string, Value>> settings_of(const SweepSpec& spec);

/// Puts a setting where it stands in a sweep file: `budget.wall` into `budget`, `metrics[0].target` into the first
/// metric.
void put_setting(OrderedJson& file, std::string_view name, const Value& value);

/// The settings in which the two differ. Fails with `invalid_input` if they differ in anything else, with a line
/// `  path: before -> after` for each such place.
Result<std::vector<Change>> changes(const SweepSpec& before, const SweepSpec& after);

/// Gives one setting a value as the sweep file may have it (`2h` for a time). Fails with `invalid_input` for a name
/// that is no setting, saying whether it stands for what is searched, and for a value that the file wouldn't take.
Result<Change> change(SweepSpec& spec, std::string_view name, const Value& value);

/// Gives a setting the value that a `changed` event recorded, whatever the sweep file would take today. Fails with
/// `corrupt` for what no such event can say.
Result<void> restore(SweepSpec& spec, std::string_view name, const Value& value);

/// `run_cap: 20 -> 100`
std::string to_string(const Change& change);

}  // namespace winnow

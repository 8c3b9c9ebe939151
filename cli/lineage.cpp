#include <winnow/cli/lineage.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/session/csv.hpp>
#include <winnow/session/trial_columns.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/lineage.hpp>

namespace winnow::cli {
namespace {

struct Exploited {
  const Trial* trial;
  const Inherited* from;
  const Assignment* params;  ///< that it went on with
};

/// In the order in which they happened.
std::vector<Exploited> exploits_of(const Sweep& sweep) {
  std::vector<Exploited> exploits;
  for (const Trial& trial : sweep.trials()) {
    for (std::size_t i = 0; i < trial.inherited.size(); ++i) {
      const bool last = i + 1 == trial.inherited.size();
      exploits.push_back({&trial, &trial.inherited[i], last ? &trial.params : &trial.inherited[i + 1].before});
    }
  }
  std::sort(exploits.begin(), exploits.end(), [](const auto& a, const auto& b) { return a.from->seq < b.from->seq; });
  return exploits;
}

/// Those of `to` that are others than in `from`.
Assignment changes(const Assignment& from, const Assignment& to) {
  Assignment changed;
  for (const auto& [name, value] : to.entries()) {
    const Value* before = from.find(name);
    if (before == nullptr || *before != value) changed.set(name, value);
  }
  return changed;
}

std::vector<std::string> exploit_table(const Sweep& sweep, std::size_t width) {
  TextTable table({{.title = "trial", .right = true},
                   {.title = "gave up step", .right = true},
                   {.title = "for trial", .right = true},
                   {.title = "at step", .right = true},
                   {.title = "with"}});
  for (const Exploited& one : exploits_of(sweep)) {
    table.add({std::to_string(one.trial->number), std::to_string(one.from->at), std::to_string(one.from->donor),
               std::to_string(one.from->from_step), params_text(*one.params)});
  }
  return table.lines(width);
}

std::vector<std::string> stretch_table(const std::vector<Stretch>& stretches, std::size_t width) {
  TextTable table({{.title = "as trial", .right = true},
                   {.title = "after step", .right = true},
                   {.title = "to step", .right = true},
                   {.title = "with"}});
  for (const Stretch& one : stretches) {
    table.add({std::to_string(one.trial), std::to_string(one.from), std::to_string(one.to), params_text(one.params)});
  }
  return table.lines(width);
}

OrderedJson schedule_json(const std::vector<Stretch>& stretches) {
  OrderedJson schedule = OrderedJson::array();
  for (std::size_t i = 1; i < stretches.size(); ++i) {
    const Assignment changed = changes(stretches[i - 1].params, stretches[i].params);
    if (changed.empty() || stretches[i].from == 0) continue;
    schedule.push_back({{"at", stretches[i].from}, {"params", changed.to_json()}});
  }
  return schedule;
}

/// Null where its parameters never changed.
OrderedJson replay_json(const Sweep& sweep, const std::vector<Stretch>& stretches) {
  OrderedJson schedule = schedule_json(stretches);
  if (schedule.empty()) return nullptr;
  OrderedJson scheduler{{"type", "pbt_replay"}};
  if (const auto max_t = sweep.scheduler().max_t()) scheduler["max_t"] = *max_t;
  scheduler["schedule"] = std::move(schedule);
  return {{"scheduler", std::move(scheduler)},
          {"start_with", OrderedJson::array({sweep.spec().space.nest(stretches.front().params)})},
          {"run_cap", 1}};
}

}  // namespace

Result<TrialId> lineage_of_which(const Sweep& sweep, std::optional<TrialId> named) {
  if (named && sweep.find(*named) == nullptr) {
    return fail(errc::unknown_trial,
                fmt::format("--trial {}: there are {} trials, from 0 on", *named, sweep.trials().size()));
  }
  if (named) return *named;
  if (const auto best = best_trial(sweep)) return best->trial;
  return fail(errc::invalid_input, "no trial has a value yet; --trial names one");
}

std::vector<std::string> lineage_lines(const Sweep& sweep, TrialId trial, std::size_t width) {
  if (exploits_of(sweep).empty()) return {"no trial has gone on from another one's checkpoint"};
  std::vector<std::string> lines = exploit_table(sweep, width);
  const auto stretches = lineage_of(sweep, trial);
  lines.insert(lines.end(), {"", fmt::format("the model of trial {} was trained", trial)});
  for (std::string& line : stretch_table(stretches, width)) lines.push_back(std::move(line));
  const OrderedJson replay = replay_json(sweep, stretches);
  if (replay.is_null()) return lines;
  lines.insert(lines.end(), {"", "one model along this schedule: in place of scheduler, start_with and run_cap"});
  for (const auto& [key, value] : replay.items()) lines.push_back(key + ": " + value.dump());
  return lines;
}

OrderedJson exploits_json(const Sweep& sweep) {
  OrderedJson json = OrderedJson::array();
  for (const Exploited& one : exploits_of(sweep)) {
    json.push_back({{"seq", one.from->seq},
                    {"trial", one.trial->number},
                    {"at", one.from->at},
                    {"donor", one.from->donor},
                    {"step", one.from->from_step},
                    {"params", one.params->to_json()}});
  }
  return json;
}

OrderedJson lineage_json(const Sweep& sweep, TrialId trial) {
  OrderedJson json{{"event", "lineage"}, {"exploits", exploits_json(sweep)}, {"trial", trial}};
  json["stretches"] = OrderedJson::array();
  const auto stretches = lineage_of(sweep, trial);
  for (const Stretch& one : stretches) {
    json["stretches"].push_back(
        {{"trial", one.trial}, {"from", one.from}, {"to", one.to}, {"params", one.params.to_json()}});
  }
  if (OrderedJson replay = replay_json(sweep, stretches); !replay.is_null()) json["replay"] = std::move(replay);
  return json;
}

std::vector<std::vector<std::string>> lineage_rows(const Sweep& sweep) {
  const auto names = parameter_names(sweep);
  std::vector<std::vector<std::string>> rows = {{"seq", "trial", "at", "donor", "step"}};
  for (const std::string& name : names) rows.front().push_back(csv::text("param." + name));
  for (const Exploited& one : exploits_of(sweep)) {
    rows.push_back({std::to_string(one.from->seq), std::to_string(one.trial->number), std::to_string(one.from->at),
                    std::to_string(one.from->donor), std::to_string(one.from->from_step)});
    for (const std::string& name : names) {
      const Value* value = one.params->find(name);
      rows.back().push_back(value == nullptr ? "" : csv::value(*value));
    }
  }
  return rows;
}

}  // namespace winnow::cli

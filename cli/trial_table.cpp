#include <winnow/cli/trial_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <winnow/base/duration_text.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/session/trial_columns.hpp>

namespace winnow::cli {
namespace {

constexpr std::size_t kLeastReason = 20;      ///< columns for the reasons beside columns of parameters
constexpr std::size_t kLeastParameters = 24;  ///< columns for parameters as words, before titles of values are cut
constexpr std::size_t kLeastValue = 10;

std::vector<TextColumn> fixed_columns(const TrialTable& table) {
  const auto least = [&](std::size_t width) { return table.steady ? width : 0; };
  std::vector<TextColumn> columns = {{.title = "trial", .right = true},
                                     {.title = "state", .least = least(9)},
                                     {.title = "step", .right = true, .least = least(6)}};
  if (table.rungs) columns.push_back({.title = "rung", .right = true});
  for (const std::string& name : table.values) columns.push_back({.title = one_line(name), .right = true});
  if (table.durations) columns.push_back({.title = "time", .right = true});
  return columns;
}

std::vector<std::string> fixed_cells(const TrialTable& table, const ListedTrial& trial) {
  std::vector<std::string> cells = {std::to_string(trial.trial), std::string(to_string(trial.state)),
                                    std::to_string(trial.step)};
  if (table.rungs) cells.push_back(trial.rung < 0 ? "-" : std::to_string(trial.rung));
  for (const auto& value : trial.values) cells.push_back(value_text(value));
  if (table.durations) cells.push_back(trial.seconds ? duration_text(*trial.seconds) : "-");
  return cells;
}

bool any_reason(const TrialTable& table) {
  return std::any_of(table.trials.begin(), table.trials.end(), [](const auto& trial) { return !trial.reason.empty(); });
}

TextTable with_parameter_columns(const TrialTable& table, const std::vector<std::string>& names, bool reasons,
                                 std::size_t most_reason) {
  std::vector<TextColumn> columns = fixed_columns(table);
  for (const std::string& name : names) {
    const bool numbers = std::all_of(table.trials.begin(), table.trials.end(), [&](const ListedTrial& trial) {
      const Value* value = trial.params.find(name);
      return value == nullptr || value->is_number();
    });
    columns.push_back({.title = one_line(name), .right = numbers});
  }
  if (reasons) columns.push_back({.title = "why", .most = most_reason});
  TextTable text(std::move(columns));
  for (const ListedTrial& trial : table.trials) {
    auto cells = fixed_cells(table, trial);
    for (const std::string& name : names) {
      const Value* value = trial.params.find(name);
      cells.push_back(value == nullptr ? "-" : short_value(*value));
    }
    if (reasons) cells.push_back(trial.reason);
    text.add(std::move(cells));
  }
  return text;
}

TextTable with_parameter_words(const TrialTable& table, std::size_t width) {
  std::vector<TextColumn> columns = fixed_columns(table);
  const auto fill = [&](TextTable text, bool words) {
    for (const ListedTrial& trial : table.trials) {
      auto cells = fixed_cells(table, trial);
      const std::string why = trial.reason.empty() ? "" : "[" + trial.reason + "] ";
      if (words) cells.push_back(why + params_text(trial.params));
      text.add(std::move(cells));
    }
    return text;
  };
  if (fill(TextTable(columns), false).width() + kLeastParameters > width) {
    for (std::size_t i = 0; i < table.values.size(); ++i) {
      columns[(table.rungs ? 4 : 3) + i].most = kLeastValue;
    }
  }
  columns.push_back({.title = "parameters"});
  return fill(TextTable(std::move(columns)), true);
}

}  // namespace

std::string counts_text(const SweepCounts& n) {
  const std::array<std::pair<std::int64_t, const char*>, 6> counts = {{{n.running, "running"},
                                                                       {n.queued, "queued"},
                                                                       {n.paused, "paused"},
                                                                       {n.completed, "completed"},
                                                                       {n.stopped, "stopped"},
                                                                       {n.failed, "failed"}}};
  std::string text;
  for (const auto& [count, name] : counts) {
    if (count > 0) text += fmt::format(", {} {}", count, name);
  }
  return text;
}

std::vector<std::string> TrialTable::lines(const Space& space, std::size_t width) const {
  const bool reasons = any_reason(*this);
  std::vector<const Assignment*> assignments;
  for (const ListedTrial& trial : trials) assignments.push_back(&trial.params);
  const auto names = parameter_names(space, assignments);
  const bool fits = !steady && with_parameter_columns(*this, names, reasons, kLeastReason).width() <= width;
  return fits ? with_parameter_columns(*this, names, reasons, kNoLimit).lines(width)
              : with_parameter_words(*this, width).lines(width);
}

}  // namespace winnow::cli

#include <winnow/cli/live_table.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <winnow/base/duration_text.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/trial_table.hpp>

namespace winnow::cli {
namespace {

/// By the trials that have ended; empty while nothing can be said.
std::string time_left(const SweepSpec& spec, const Snapshot& s) {
  const std::int64_t ended = s.counts.stopped + s.counts.completed + s.counts.failed;
  if (!spec.run_cap || ended == 0) return "";
  const double left = static_cast<double>(*spec.run_cap - ended) * s.wall / static_cast<double>(ended);
  return ", about " + duration_text(std::max(0.0, left)) + " left";
}

}  // namespace

std::vector<std::string> table_lines(const SweepSpec& spec, const Snapshot& s, int columns, int rows) {
  std::vector<std::string> lines;
  const auto width = static_cast<std::size_t>(std::max(columns, 1));
  lines.push_back(fmt::format("{}: {}{}{} trials{}; {}{}", spec.name, s.on_hold ? "paused, " : "", s.created,
                              spec.run_cap ? fmt::format(" of {}", *spec.run_cap) : "", counts_text(s.counts),
                              duration_text(s.wall), time_left(spec, s)));
  if (s.best) {
    lines.push_back(fmt::format("best so far: trial {} with {} = {:.6g}{}  {}", s.best->trial,
                                spec.metrics.front().name, s.best->value,
                                s.best->beyond_threshold ? " (none is within the thresholds)"
                                : s.best->fallback       ? " (no trial has ended yet)"
                                                         : "",
                                params_text(s.best_params)));
  }
  TrialTable table;
  table.values = {spec.metrics.empty() ? "value" : spec.metrics.front().name};
  table.durations = false;
  table.steady = true;
  for (const TrialRow& row : s.rows) {
    table.trials.push_back({row.trial, row.state, row.step, row.rung, {row.value}, {}, row.params, row.reason});
  }
  for (std::string& line : lines) line = clip(one_line(line), width);
  for (std::string& line : table.lines(spec.space, width)) {
    if (static_cast<int>(lines.size()) >= rows) break;
    lines.push_back(std::move(line));
  }
  return lines;
}

void LiveTable::warn(std::string text) {
  const std::lock_guard lock(mutex_);
  warnings_.push_back(std::move(text));
}

void LiveTable::say_warnings() {
  std::vector<std::string> warnings;
  {
    const std::lock_guard lock(mutex_);
    warnings.swap(warnings_);
  }
  if (warnings.empty()) return;
  screen_.clear();
  flush_output();
  print_warnings(warnings);
}

void LiveTable::draw(const Snapshot& snapshot) {
  say_warnings();
  const TerminalSize size = terminal_size().value_or(TerminalSize{80, 22});
  const int rows = std::clamp(size.rows - 2, 4, 24);
  screen_.draw(table_lines(spec_, snapshot, size.columns - 1, rows));
}

void LiveTable::clear() {
  say_warnings();
  screen_.clear();
}

}  // namespace winnow::cli

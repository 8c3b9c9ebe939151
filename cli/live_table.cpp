#include <winnow/cli/live_table.hpp>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <winnow/cli/summary.hpp>

namespace winnow::cli {
namespace {

/// Cut to `columns` bytes without splitting a UTF-8 sequence; the cut shows as `…`.
std::string fit(std::string line, int columns) {
  const auto limit = static_cast<std::size_t>(std::max(columns, 1));
  if (line.size() <= limit) return line;
  std::size_t end = limit - 1;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
  return line.substr(0, end) + "…";
}

std::string duration(double seconds) {
  const auto s = static_cast<std::int64_t>(seconds);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{}:{:02} min", s / 60, s % 60);
  return fmt::format("{}:{:02} h", s / 3600, s / 60 % 60);
}

/// By the trials that have ended; empty while nothing can be said.
std::string time_left(const SweepSpec& spec, const Snapshot& s) {
  const std::int64_t ended = s.counts.stopped + s.counts.completed + s.counts.failed;
  if (!spec.run_cap || ended == 0) return "";
  const double left = static_cast<double>(*spec.run_cap - ended) * s.wall / static_cast<double>(ended);
  return ", about " + duration(std::max(0.0, left)) + " left";
}

}  // namespace

std::vector<std::string> table_lines(const SweepSpec& spec, const Snapshot& s, int columns, int rows) {
  std::vector<std::string> lines;
  const SweepCounts& n = s.counts;
  lines.push_back(fmt::format("{}: {}{} trials, {} running, {} completed, {} stopped early, {} failed; {}{}", spec.name,
                              s.created, spec.run_cap ? fmt::format(" of {}", *spec.run_cap) : "", n.running,
                              n.completed, n.stopped, n.failed, duration(s.wall), time_left(spec, s)));
  if (s.best) {
    lines.push_back(fmt::format("best so far: trial {} with {} = {:.6g}{}  {}", s.best->trial,
                                spec.metrics.front().name, s.best->value,
                                s.best->fallback ? " (no trial has ended yet)" : "", params_text(s.best_params)));
  }
  lines.push_back(
      fmt::format("{:>6}  {:<9} {:>6} {:>4} {:>10}  {}", "trial", "state", "step", "rung", "value", "parameters"));
  for (const TrialRow& row : s.rows) {
    if (static_cast<int>(lines.size()) >= rows) break;
    lines.push_back(fmt::format("{:>6}  {:<9} {:>6} {:>4} {:>10}  {}", row.trial, to_string(row.state), row.step,
                                row.rung < 0 ? "-" : std::to_string(row.rung), value_text(row.value),
                                row.reason.empty() ? params_text(row.params) : row.reason));
  }
  for (std::string& line : lines) line = fit(std::move(line), columns);
  return lines;
}

bool on_terminal() {
  return ::isatty(STDOUT_FILENO) == 1;
}

void LiveTable::draw(const Snapshot& snapshot) {
  winsize size{};
  const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  const int columns = known ? size.ws_col - 1 : 79;
  const int rows = std::clamp(known ? size.ws_row - 2 : 20, 4, 24);
  std::string screen = drawn_ > 0 ? fmt::format("\033[{}A", drawn_) : "";
  const auto lines = table_lines(spec_, snapshot, columns, rows);
  for (const std::string& line : lines) screen += "\033[2K" + line + "\n";
  screen += "\033[J";
  drawn_ = lines.size();
  std::fwrite(screen.data(), 1, screen.size(), stdout);
  std::fflush(stdout);
}

void LiveTable::clear() {
  if (drawn_ > 0) fmt::print("\033[{}A\033[J", drawn_);
  drawn_ = 0;
}

}  // namespace winnow::cli

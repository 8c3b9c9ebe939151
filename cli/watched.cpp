#include <winnow/cli/watched.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include <winnow/base/duration_text.hpp>
#include <winnow/cli/block_plot.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli {
namespace {

constexpr double kWindow = 60;            ///< seconds that a rate is taken over
constexpr std::size_t kMostBests = 1024;  ///< halved beyond that
constexpr std::size_t kPlotHeight = 4;
constexpr std::size_t kTrendWidth = 12;

std::string rate_text(double rate) {
  return rate < 10 ? fmt::format("{:.1f}", rate) : fmt::format("{:.0f}", rate);
}

/// `12 completed, 3 stopped`: those that there are.
std::string trials_text(const Watched& watched) {
  std::string text;
  for (const char* state : {"running", "queued", "paused", "completed", "stopped", "failed"}) {
    const auto count = watched.trials(state);
    if (count != 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, state);
  }
  return text.empty() ? "none yet" : text;
}

std::string best_text(const Watched& watched) {
  const Value& best = watched.sweep().value("best", Value());
  if (!best.is_object()) return "none yet";
  std::string text = value_text(watched.best());
  if (best.contains("trial")) text = fmt::format("trial {}: {}", best["trial"].dump(), text);
  const Value params = best.value("params", Value::object());
  if (!params.is_object()) return text;
  for (const auto& [name, value] : params.items()) text += fmt::format("  {}={}", name, short_value(value));
  return text;
}

/// Running ones first, then by name.
int rank(const Watched& watched) {
  constexpr std::array kOrder{"running", "paused", "damaged", "finished"};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), watched.text("state")) - kOrder.begin());
}

}  // namespace

void Watched::note(const Value& sweep, double now) {
  sweep_ = sweep;
  const Point point{now, sweep.value("reports", std::int64_t{0}), done() + trials("failed")};
  if (!first_) first_ = point;
  points_.push_back(point);
  const auto recent = [&](const Point& one) { return now - one.at <= kWindow; };
  points_.erase(points_.begin(), std::find_if(points_.begin(), points_.end(), recent));
  const auto value = best();
  if (!value || !std::isfinite(*value) || ++skipped_ < every_) return;
  skipped_ = 0;
  bests_.push_back(*value);
  if (bests_.size() < kMostBests) return;
  for (std::size_t i = 0; 2 * i + 1 < bests_.size(); ++i) bests_[i] = bests_[2 * i + 1];
  bests_.resize(bests_.size() / 2);
  every_ *= 2;
}

std::string Watched::why() const {
  const std::string why = text("why");
  const bool wanted = text("state") == "running" ? why.empty() : sweep_.value("fell_short", false);
  const std::string notice = wanted ? text("notice") : "";
  return why + (why.empty() || notice.empty() ? "" : "; ") + notice;
}

std::int64_t Watched::trials(const char* state) const {
  const Value counts = sweep_.value("trials", Value::object());
  return counts.is_object() ? counts.value(state, std::int64_t{0}) : 0;
}

std::optional<std::int64_t> Watched::cap() const {
  const auto cap = sweep_.find("run_cap");
  return cap != sweep_.end() && cap->is_number_integer() ? std::optional(cap->get<std::int64_t>()) : std::nullopt;
}

std::string Watched::done_text() const {
  const auto of = cap();
  return of ? fmt::format("{}/{}", done(), *of) : std::to_string(done());
}

std::optional<double> Watched::best() const {
  const Value best = sweep_.value("best", Value());
  if (!best.is_object() || !best.contains("value")) return std::nullopt;
  const auto value = number_from_json(best["value"]);
  return value ? std::optional(*value) : std::nullopt;
}

double Watched::reports_a_second() const {
  const double seconds = points_.empty() ? 0 : points_.back().at - points_.front().at;
  return seconds > 0 ? static_cast<double>(points_.back().reports - points_.front().reports) / seconds : 0;
}

std::optional<double> Watched::seconds_left() const {
  const auto all = cap();
  if (!all || points_.empty() || text("state") != "running") return std::nullopt;
  const Point& last = points_.back();
  const auto ended = static_cast<double>(last.ended - first_->ended);
  const auto to_come = static_cast<double>(*all - last.ended);
  if (ended <= 0 || to_come < 0) return std::nullopt;
  return to_come * (last.at - first_->at) / ended;
}

std::vector<std::string> watch_lines(const Watched& watched, std::size_t width) {
  std::vector<std::string> lines;
  const std::string why = watched.why();
  lines.push_back(fmt::format("{}  {}{}", clip(one_line(watched.text("id")), std::max<std::size_t>(width / 2, 1)),
                              watched.text("state"), why.empty() ? "" : ": " + why));
  const auto left = watched.seconds_left();
  std::string progress;  // first: the line may be cut
  if (const auto cap = watched.cap()) progress = fmt::format("{} of {} done", watched.done(), *cap);
  if (left) progress += ", about " + duration_text(*left) + " left";
  lines.push_back("trials   " + progress + (progress.empty() ? "" : ": ") + trials_text(watched));
  lines.push_back(fmt::format("reports  {}, {} a second", watched.sweep().value("reports", std::int64_t{0}),
                              rate_text(watched.reports_a_second())));
  lines.push_back("best     " + best_text(watched));
  for (std::string& line : lines) line = clip(one_line(line), width);
  const auto bests = watched.bests();
  if (bests.size() < 2 || width < 20) return lines;
  const auto [low, high] = std::minmax_element(bests.begin(), bests.end());
  const std::array ends{value_text(*high), value_text(*low)};
  const std::size_t margin = std::max(ends[0].size(), ends[1].size());
  const auto plot = block_plot(bests, width - margin - 1, kPlotHeight);
  for (std::size_t i = 0; i < plot.size(); ++i) {
    const std::string& label = i == 0 ? ends[0] : i + 1 == plot.size() && *high > *low ? ends[1] : "";
    lines.push_back(fmt::format("{:>{}} {}", label, margin, plot[i]));
  }
  return lines;
}

std::vector<std::string> top_lines(const std::map<std::string, Watched>& sweeps, const std::string& place,
                                   std::size_t width, std::size_t rows) {
  std::vector<const Watched*> order;
  std::int64_t running = 0;
  double reports = 0;
  for (const auto& [id, watched] : sweeps) {
    order.push_back(&watched);
    running += watched.trials("running");
    reports += watched.reports_a_second();
  }
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return rank(*a) < rank(*b); });
  TextTable table({{"SWEEP", false, 0, 32},
                   {"STATE"},
                   {"RUN", true},
                   {"DONE", true},
                   {"FAIL", true},
                   {"REP/S", true},
                   {"BEST", true},
                   {"TREND"}});
  for (const Watched* watched : order) {
    const auto trend = block_plot(watched->bests(), kTrendWidth, 1);
    table.add({watched->text("id"), watched->text("state"), std::to_string(watched->trials("running")),
               watched->done_text(), std::to_string(watched->trials("failed")), rate_text(watched->reports_a_second()),
               value_text(watched->best()), trend.front()});
  }
  const std::string title =
      fmt::format("{} sweep{}, {} trial{} at work, {} reports a second  {}", sweeps.size(),
                  sweeps.size() == 1 ? "" : "s", running, running == 1 ? "" : "s", rate_text(reports), place);
  std::vector<std::string> lines{clip(one_line(title), width)};
  for (std::string& line : table.lines(width)) lines.push_back(std::move(line));
  if (lines.size() <= rows || rows == 0) return lines;
  const std::size_t left_out = lines.size() - rows + 1;
  lines.resize(rows - 1);
  lines.push_back(fmt::format("and {} more", left_out));
  return lines;
}

std::string watch_line(const Watched& watched) {
  const std::string why = watched.why();
  return one_line(fmt::format("{}: {}{}, {} run, {} done, {} failed, best {}", watched.text("id"),
                              watched.text("state"), why.empty() ? "" : " (" + why + ")", watched.trials("running"),
                              watched.done_text(), watched.trials("failed"), value_text(watched.best())));
}

}  // namespace winnow::cli

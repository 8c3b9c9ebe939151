#include <winnow/schedulers/plateau.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/core/options.hpp>

namespace winnow {
namespace {

/// NaN where one of the values isn't finite.
double standard_deviation(const std::deque<double>& values) {
  const auto n = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  double squares = 0;
  for (const double value : values) squares += (value - sum / n) * (value - sum / n);
  return std::sqrt(squares / n);
}

}  // namespace

Result<Plateau> Plateau::make(Options options, SchedulerContext context) {
  if (!(std::isfinite(options.std) && options.std > 0)) {
    return invalid_option("std", "must be greater than 0, got " + format_double(options.std));
  }
  if (options.num_results < 2) {
    return invalid_option("num_results", "must be at least 2, got " + std::to_string(options.num_results));
  }
  if (options.grace_period < 0) {
    return invalid_option("grace_period", "must be at least 0, got " + std::to_string(options.grace_period));
  }
  return Plateau(options, context.goal);
}

bool Plateau::too_bad(double value) const {
  if (!options_.metric_threshold) return false;
  return goal_ == Goal::maximize ? value < *options_.metric_threshold : value > *options_.metric_threshold;
}

Decision Plateau::judge(const Judged& report) const {
  const auto known = tracks_.find(report.trial);
  if (known == tracks_.end() || known->second.reports + 1 < options_.grace_period) return {};
  if (static_cast<int>(known->second.last.size()) + 1 < options_.num_results || too_bad(report.value)) return {};
  std::deque<double> window = known->second.last;
  window.push_back(report.value);
  const double deviation = standard_deviation(window);
  if (!(deviation < options_.std)) return {};
  return {.verdict = Verdict::stop,
          .completed = true,
          .why = fmt::format("its last {} values have a standard deviation of {:.3g}, below {}", options_.num_results,
                             deviation, format_double(options_.std))};
}

void Plateau::record(const Judged& report, const Decision&) {
  Track& track = tracks_[report.trial];
  ++track.reports;
  track.last.push_back(report.value);
  if (static_cast<int>(track.last.size()) >= options_.num_results) track.last.pop_front();
}

/// A failed one may run again: its track stays.
void Plateau::ended(TrialId trial, TrialState state) {
  if (state != TrialState::failed) tracks_.erase(trial);
}

Value Plateau::options() const {
  Value json{{"std", options_.std}, {"num_results", options_.num_results}, {"grace_period", options_.grace_period}};
  if (options_.metric_threshold) json["metric_threshold"] = *options_.metric_threshold;
  return json;
}

std::vector<std::string> Plateau::describe() const {
  const std::string first = std::to_string(std::max(options_.grace_period, options_.num_results));
  std::vector<std::string> lines = {
      fmt::format("from its report {} on, a trial stops when its last {} values have a standard deviation below {}",
                  first, options_.num_results, format_double(options_.std))};
  if (options_.metric_threshold) {
    lines.push_back("one that is worse than " + format_double(*options_.metric_threshold) + " goes on");
  }
  return lines;
}

Result<std::unique_ptr<Scheduler>> make_plateau(const Value& options, SchedulerContext context) {
  OptionReader reader("plateau", options);
  Plateau::Options read;
  read.std = reader.number("std").value_or(read.std);
  read.num_results = reader.integer("num_results", read.num_results);
  read.grace_period = reader.integer("grace_period", read.grace_period);
  read.metric_threshold = reader.number("metric_threshold");
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = Plateau::make(read, std::move(context));
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<Plateau>(std::move(*made));
}

}  // namespace winnow

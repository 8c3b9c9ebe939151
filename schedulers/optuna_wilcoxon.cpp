#include <algorithm>
#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/optuna_steps.hpp>
#include <winnow/schedulers/optuna_wilcoxon.hpp>

namespace winnow {
namespace {

constexpr std::size_t kLeastSteps = 2;  ///< in common, whatever n_startup_steps says

}  // namespace

Result<OptunaWilcoxon> OptunaWilcoxon::make(Options options, SchedulerContext context) {
  if (!(options.p_threshold >= 0 && options.p_threshold <= 1)) {
    return invalid_option("p_threshold", "must be from 0 to 1, got " + format_double(options.p_threshold));
  }
  if (auto valid = check_at_least("n_startup_steps", options.n_startup_steps, 0); !valid) {
    return fail(std::move(valid.error()));
  }
  return OptunaWilcoxon(options, context.goal);
}

std::span<const OptunaWilcoxon::Point> OptunaWilcoxon::before(const Track& track, Step step) {
  auto end = track.points.end();
  while (end != track.points.begin() && std::prev(end)->step >= step) --end;
  return {track.points.begin(), end};
}

double OptunaWilcoxon::sum_of(std::span<const Point> points) {
  double sum = 0;
  for (const Point& point : points) sum += point.value;
  return sum;
}

std::vector<double> OptunaWilcoxon::differences(std::span<const Point> points, const Judged& report) const {
  std::vector<double> found;
  found.reserve(points.size() + 1);
  auto best = best_->points.begin();
  const auto add = [&](Step step, double value) {
    while (best != best_->points.end() && best->step < step) ++best;
    if (best != best_->points.end() && best->step == step) found.push_back(behind(value, best->value));
  };
  for (const Point& point : points) add(point.step, point.value);
  add(report.step, report.value);
  return found;
}

Decision OptunaWilcoxon::judge(const Judged& report) const {
  const auto known = tracks_.find(report.trial);
  if (!best_ || !std::isfinite(best_->mean) || known == tracks_.end()) return {};
  const Track& track = known->second;
  const auto points = before(track, report.step);
  const double sum = points.size() == track.points.size() ? track.sum : sum_of(points);
  const double mean = (sum + report.value) / static_cast<double>(points.size() + 1);
  if (!std::isfinite(mean) || !(behind(mean, best_->mean) > 0)) return {};
  std::vector<double> worse_by = differences(points, report);
  if (worse_by.size() < std::max(static_cast<std::size_t>(options_.n_startup_steps), kLeastSteps)) return {};
  const double p = test_.p_greater(worse_by);
  if (!(p < options_.p_threshold)) return {};
  return {.verdict = Verdict::stop,
          .why = "its mean " + format_double(mean) + " is worse than " + format_double(best_->mean) + " of trial " +
                 std::to_string(best_->trial) + ", p = " + format_double(p) + " by " + std::to_string(worse_by.size()) +
                 " steps"};
}

void OptunaWilcoxon::record(const Judged& report, const Decision&) {
  Track& track = tracks_[report.trial];
  if (const auto kept = before(track, report.step).size(); kept < track.points.size()) {
    track.points.resize(kept);
    track.sum = sum_of(track.points);
  }
  track.points.push_back({report.step, report.value});
  track.sum += report.value;
}

void OptunaWilcoxon::ended(TrialId trial, TrialState state) {
  const auto found = tracks_.find(trial);
  if (state == TrialState::failed || found == tracks_.end()) return;  // a failed one may run again
  if (state == TrialState::completed) {
    auto& [points, sum] = found->second;
    const double mean = sum / static_cast<double>(points.size());
    if (!std::isnan(mean) && (!best_ || behind(mean, best_->mean) < 0)) best_ = Best{trial, std::move(points), mean};
  }
  tracks_.erase(found);
}

std::vector<std::string> OptunaWilcoxon::describe() const {
  const auto steps = std::max(static_cast<std::size_t>(options_.n_startup_steps), kLeastSteps);
  return {
      "a trial stops if its mean is worse than that of the best completed one, and the signed-rank test of their "
      "common steps says so with p below " +
          format_double(options_.p_threshold),
      "the first trial can be stopped when one has completed, at " + std::to_string(steps) + " steps in common"};
}

Value OptunaWilcoxon::options() const {
  return {{"p_threshold", options_.p_threshold}, {"n_startup_steps", options_.n_startup_steps}};
}

Result<std::unique_ptr<Scheduler>> make_optuna_wilcoxon(const Value& options, SchedulerContext context) {
  OptionReader reader("optuna_wilcoxon", options);
  OptunaWilcoxon::Options read;
  read.p_threshold = reader.number("p_threshold").value_or(read.p_threshold);
  read.n_startup_steps = reader.integer("n_startup_steps", read.n_startup_steps);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = OptunaWilcoxon::make(read, context);
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<OptunaWilcoxon>(std::move(*made));
}

}  // namespace winnow

#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/optuna_percentile.hpp>

namespace winnow {
namespace {

/// On the way that numpy.nanpercentile takes it, so that cutoffs agree to the last bit.
double quantile_fraction(double percentile, Goal goal) {
  return (goal == Goal::maximize ? 100 - percentile : percentile) / 100;
}

}  // namespace

Result<OptunaPercentile> OptunaPercentile::make(Options options, SchedulerContext context) {
  if (!(options.percentile >= 0 && options.percentile <= 100)) {
    return invalid_option("percentile", "must be from 0 to 100, got " + format_double(options.percentile));
  }
  if (auto valid = check_at_least("n_startup_trials", options.n_startup_trials, 0); !valid) {
    return fail(std::move(valid.error()));
  }
  if (auto valid = check(options.steps); !valid) return fail(std::move(valid.error()));
  if (auto valid = check_at_least("n_min_trials", options.n_min_trials, 1); !valid) {
    return fail(std::move(valid.error()));
  }
  return OptunaPercentile(options, context.goal);
}

OptunaPercentile::OptunaPercentile(Options options, Goal goal)
    : options_(options), goal_(goal), fraction_(quantile_fraction(options.percentile, goal)) {}

Decision OptunaPercentile::judge(const Judged& report) const {
  if (completed_ == 0 || completed_ < options_.n_startup_trials) return {};
  const Track* track = track_of(report.trial);
  if (!options_.steps.looks_at(report.step, track == nullptr ? -1 : track->last)) return {};
  const double best = track == nullptr ? report.value : better_of(track->best, report.value);
  if (std::isnan(best)) return {.verdict = Verdict::stop, .why = "it has reported nothing but NaN"};
  const auto at = steps_.find(report.step);
  if (at == steps_.end()) return {};
  const auto& [values, nans] = at->second;
  if (values.size() + nans < static_cast<std::size_t>(options_.n_min_trials)) return {};
  const auto around = values.around_quantile();
  if (!around) return {};
  const double cutoff = numpy_quantile(*around);
  const bool worse = goal_ == Goal::maximize ? best < cutoff : best > cutoff;  // neither, if the cutoff is NaN
  if (!worse) return {};
  return {.verdict = Verdict::stop, .why = why(best, cutoff, values.size(), report.step)};
}

void OptunaPercentile::record(const Judged& report, const Decision&) {
  Track& track = tracks_[report.trial];
  track.best = better_of(track.best, report.value);
  track.last = report.step;
  if (report.step >= options_.steps.warmup) track.values.emplace_back(report.step, report.value);
}

void OptunaPercentile::ended(TrialId trial, TrialState state) {
  if (state == TrialState::failed) return;  // it may run again
  if (state == TrialState::completed) {
    ++completed_;
    if (const Track* track = track_of(trial); track != nullptr) {
      for (const auto& [step, value] : track->values) {
        AtStep& at = steps_.try_emplace(step, AtStep{Rung(static_cast<double>(step), fraction_)}).first->second;
        if (std::isnan(value)) {
          ++at.nans;
        } else {
          at.values.insert(value);
        }
      }
    }
  }
  tracks_.erase(trial);
}

const OptunaPercentile::Track* OptunaPercentile::track_of(TrialId trial) const {
  const auto it = tracks_.find(trial);
  return it == tracks_.end() ? nullptr : &it->second;
}

double OptunaPercentile::better_of(double best, double value) const {
  return goal_ == Goal::maximize ? std::fmax(best, value) : std::fmin(best, value);
}

std::string OptunaPercentile::why(double best, double cutoff, std::size_t trials, Step step) const {
  const std::string what = options_.percentile == 50 ? "the median " + format_double(cutoff)
                                                     : format_double(cutoff) + ", where the best " +
                                                           format_double(options_.percentile) + "% end,";
  return format_double(best) + " is worse than " + what + " of " + std::to_string(trials) +
         (trials == 1 ? " trial" : " trials") + " at step " + std::to_string(step);
}

std::vector<std::string> OptunaPercentile::describe() const {
  const std::string of =
      options_.percentile == 50 ? "the median" : "where the best " + format_double(options_.percentile) + "% end";
  const int trials = std::max(options_.n_startup_trials, 1);
  std::string first = "the first trial can be stopped when " + std::to_string(trials) +
                      (trials == 1 ? " trial has" : " trials have") + " completed";
  if (options_.n_min_trials > 1) {
    first += ", " + std::to_string(options_.n_min_trials) + " of them with a report at its step";
  }
  return {"a trial stops if its best value so far is worse than " + of + " of what completed trials had at that step",
          "looked at " + options_.steps.describe(), first};
}

Value OptunaPercentile::options() const {
  Value json{{"n_startup_trials", options_.n_startup_trials}, {"n_min_trials", options_.n_min_trials}};
  if (options_.form == Form::percentile) json["percentile"] = options_.percentile;
  add_to(json, options_.steps);
  return json;
}

namespace {

Result<std::unique_ptr<Scheduler>> make_optuna_percentile_as(OptunaPercentile::Form form, const Value& options,
                                                             SchedulerContext context) {
  const bool median = form == OptunaPercentile::Form::median;
  OptionReader reader(median ? "optuna_median" : "optuna_percentile", options);
  OptunaPercentile::Options read{.form = form};
  const auto percentile = median ? 50 : reader.number("percentile");
  read.n_startup_trials = reader.integer("n_startup_trials", read.n_startup_trials);
  read.steps = read_optuna_steps(reader);
  read.n_min_trials = reader.integer("n_min_trials", read.n_min_trials);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!percentile) return invalid_option("percentile", "is required: of the completed trials, from 0 to 100");
  read.percentile = *percentile;
  auto made = OptunaPercentile::make(read, context);
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<OptunaPercentile>(std::move(*made));
}

}  // namespace

Result<std::unique_ptr<Scheduler>> make_optuna_percentile(const Value& options, SchedulerContext context) {
  return make_optuna_percentile_as(OptunaPercentile::Form::percentile, options, context);
}

Result<std::unique_ptr<Scheduler>> make_optuna_median(const Value& options, SchedulerContext context) {
  return make_optuna_percentile_as(OptunaPercentile::Form::median, options, context);
}

}  // namespace winnow

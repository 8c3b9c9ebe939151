#include <algorithm>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/optuna_steps.hpp>
#include <winnow/schedulers/optuna_successive_halving.hpp>

namespace winnow {

Result<OptunaSuccessiveHalving> OptunaSuccessiveHalving::make(Options options, SchedulerContext context) {
  struct Range {
    const char* key;
    int value;
    int least;
  };
  for (const auto& [key, value, least] : {Range{"min_resource", options.min_resource.value_or(1), 1},
                                          Range{"reduction_factor", options.reduction_factor, 2},
                                          Range{"min_early_stopping_rate", options.min_early_stopping_rate, 0},
                                          Range{"bootstrap_count", options.bootstrap_count, 0}}) {
    if (auto valid = check_at_least(key, value, least); !valid) return fail(std::move(valid.error()));
  }
  if (options.bootstrap_count > 0 && !options.min_resource) {
    return invalid_option("bootstrap_count", "needs min_resource to be a number, not auto");
  }
  return OptunaSuccessiveHalving(options, context.goal);
}

OptunaSuccessiveHalving::OptunaSuccessiveHalving(Options options, Goal goal) : options_(options), goal_(goal) {
  if (options.min_resource) bracket_ = bracket_from(*options.min_resource);
}

OptunaBracket OptunaSuccessiveHalving::bracket_from(double min_resource) const {
  double first = min_resource;
  for (int i = 0; i < options_.min_early_stopping_rate && first < 0x1p53; ++i) first *= options_.reduction_factor;
  return {first, options_.reduction_factor, options_.bootstrap_count, goal_};
}

std::optional<OptunaBracket> OptunaSuccessiveHalving::found() const {
  if (!longest_) return std::nullopt;
  return bracket_from(static_cast<double>(std::max<Step>(*longest_ / 100, 1)));
}

Decision OptunaSuccessiveHalving::judge(const Judged& report) const {
  const auto track = tracks_.find(report.trial);
  const std::size_t passed = track == tracks_.end() ? 0 : track->second.passed;
  if (bracket_) return bracket_->judge(passed, report);
  const auto bracket = found();
  return bracket ? bracket->judge(passed, report) : Decision();
}

void OptunaSuccessiveHalving::record(const Judged& report, const Decision& decision) {
  if (!bracket_) bracket_ = found();
  Track& track = tracks_[report.trial];
  track.last = report.step;
  if (bracket_) track.passed = bracket_->record(track.passed, report, decision);
}

void OptunaSuccessiveHalving::ended(TrialId trial, TrialState state) {
  const auto track = tracks_.find(trial);
  if (state == TrialState::failed || track == tracks_.end()) return;  // a failed one may run again
  if (state == TrialState::completed) longest_ = std::max(longest_.value_or(0), track->second.last);
  tracks_.erase(track);
}

std::vector<double> OptunaSuccessiveHalving::rungs_of(TrialId) const {
  return bracket_ ? bracket_->steps() : std::vector<double>();
}

std::vector<std::string> OptunaSuccessiveHalving::describe() const {
  const std::string rule = "a trial goes on past a rung if it is among the best 1/" +
                           std::to_string(options_.reduction_factor) + " there, or the best";
  if (!options_.min_resource) {
    return {
        "rungs are made from the last steps of completed trials: the first trial can be stopped when one has completed",
        rule};
  }
  const OptunaBracket bracket = bracket_from(*options_.min_resource);
  std::vector<std::string> lines = {bracket.describe() + ": the first trial can be stopped at the first of them", rule};
  if (options_.bootstrap_count > 0) {
    lines.push_back("the first " + std::to_string(options_.bootstrap_count) + " trials at each rung stop there");
  }
  return lines;
}

Value OptunaSuccessiveHalving::options() const {
  Value json{{"reduction_factor", options_.reduction_factor},
             {"min_early_stopping_rate", options_.min_early_stopping_rate},
             {"bootstrap_count", options_.bootstrap_count}};
  json["min_resource"] = options_.min_resource ? Value(*options_.min_resource) : Value("auto");
  return json;
}

Result<std::unique_ptr<Scheduler>> make_optuna_successive_halving(const Value& options, SchedulerContext context) {
  OptionReader reader("optuna_successive_halving", options);
  OptunaSuccessiveHalving::Options read;
  read.min_resource = read_whole_or_auto(reader, options, "min_resource", std::nullopt);
  read.reduction_factor = reader.integer("reduction_factor", read.reduction_factor);
  read.min_early_stopping_rate = reader.integer("min_early_stopping_rate", read.min_early_stopping_rate);
  read.bootstrap_count = reader.integer("bootstrap_count", read.bootstrap_count);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  auto made = OptunaSuccessiveHalving::make(read, context);
  if (!made) return fail(std::move(made.error()));
  return std::make_unique<OptunaSuccessiveHalving>(std::move(*made));
}

}  // namespace winnow

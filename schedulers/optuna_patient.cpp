#include <cmath>
#include <winnow/core/options.hpp>
#include <winnow/schedulers/optuna_patient.hpp>
#include <winnow/schedulers/optuna_steps.hpp>

namespace winnow {

Result<std::unique_ptr<Scheduler>> OptunaPatient::make(Options options, SchedulerContext context,
                                                       std::string wrapped_type, std::unique_ptr<Scheduler> wrapped) {
  if (auto valid = check_at_least("patience", options.patience, 0); !valid) return fail(std::move(valid.error()));
  if (!(options.min_delta >= 0)) {
    return invalid_option("min_delta", "must be at least 0, got " + format_double(options.min_delta));
  }
  return std::unique_ptr<Scheduler>(
      new OptunaPatient(options, context.goal, std::move(wrapped_type), std::move(wrapped)));
}

OptunaPatient::OptunaPatient(Options options, Goal goal, std::string wrapped_type, std::unique_ptr<Scheduler> wrapped)
    : options_(options), goal_(goal), wrapped_type_(std::move(wrapped_type)), wrapped_(std::move(wrapped)) {}

double OptunaPatient::better_of(double a, double b) const {
  return goal_ == Goal::maximize ? std::fmax(a, b) : std::fmin(a, b);
}

bool OptunaPatient::out_of_patience(const Judged& report) const {
  const auto found = tracks_.find(report.trial);
  const auto window = static_cast<std::size_t>(options_.patience) + 1;
  if (found == tracks_.end() || found->second.last.size() < window) return false;
  const auto& [old, last] = found->second;
  const double before = better_of(old, last.front());
  double after = report.value;
  for (std::size_t i = 1; i < last.size(); ++i) after = better_of(after, last[i]);
  if (goal_ == Goal::maximize) return before - options_.min_delta > after;
  return before + options_.min_delta < after;
}

Decision OptunaPatient::judge(const Judged& report) const {
  if (!out_of_patience(report)) return {};
  if (wrapped_) return wrapped_->judge(report);
  return {.verdict = Verdict::stop,
          .why = "none of its last " + std::to_string(options_.patience + 1) + " values is as good as one before"};
}

void OptunaPatient::record(const Judged& report, const Decision& decision) {
  if (wrapped_) wrapped_->record(report, out_of_patience(report) ? decision : Decision());
  Track& track = tracks_[report.trial];
  track.last.push_back(report.value);
  if (track.last.size() <= static_cast<std::size_t>(options_.patience) + 1) return;
  track.before = better_of(track.before, track.last.front());
  track.last.pop_front();
}

void OptunaPatient::created(TrialId trial, const Assignment& params) {
  if (wrapped_) wrapped_->created(trial, params);
}

void OptunaPatient::ended(TrialId trial, TrialState state) {
  if (wrapped_) wrapped_->ended(trial, state);
  if (state != TrialState::failed) tracks_.erase(trial);  // a failed one may run again
}

std::vector<double> OptunaPatient::rungs_of(TrialId trial) const {
  return wrapped_ ? wrapped_->rungs_of(trial) : std::vector<double>();
}

std::vector<std::string> OptunaPatient::describe() const {
  const std::string when = "when the best of its last " + std::to_string(options_.patience + 1) +
                           " values is worse than one before by more than " + format_double(options_.min_delta) +
                           ", at its report " + std::to_string(options_.patience + 2) + " at the earliest";
  if (!wrapped_) return {"a trial stops " + when};
  std::vector<std::string> lines = {wrapped_type_ + " is asked about a trial " + when};
  for (const std::string& line : wrapped_->describe()) lines.push_back(line);
  return lines;
}

Value OptunaPatient::options() const {
  Value json{{"patience", options_.patience}, {"min_delta", options_.min_delta}, {"wrapped", nullptr}};
  if (!wrapped_) return json;
  json["wrapped"] = wrapped_->options();
  json["wrapped"]["type"] = wrapped_type_;
  return json;
}

Result<std::unique_ptr<Scheduler>> make_optuna_patient(const Value& options, SchedulerContext context,
                                                       MakeScheduler make) {
  OptionReader reader("optuna_patient", options);
  OptunaPatient::Options read;
  const Value* wrapped_options = reader.value("wrapped");
  const auto patience = reader.integer("patience");
  read.min_delta = reader.number("min_delta").value_or(read.min_delta);
  if (auto done = reader.finish(); !done) return fail(std::move(done.error()));
  if (!patience) return invalid_option("patience", "is required: reports without getting better that are borne, >= 0");
  read.patience = *patience;
  Value inner = wrapped_options == nullptr ? Value() : *wrapped_options;
  if (inner.is_null()) return OptunaPatient::make(read, std::move(context), "", nullptr);

  const bool named = inner.is_object() && inner.contains("type") && inner["type"].is_string();
  const std::string type = named ? inner["type"].get<std::string>() : "";
  if (!type.starts_with("optuna_")) {
    return invalid_option("wrapped", "must be keys with the type of one of Optuna's pruners: {type: optuna_median, …}");
  }
  inner.erase("type");
  auto wrapped = make(type, inner, context);
  if (!wrapped) return invalid_option("wrapped", wrapped.error().message);
  return OptunaPatient::make(read, std::move(context), type, std::move(*wrapped));
}

}  // namespace winnow

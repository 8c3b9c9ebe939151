#include <winnow/sweep/sweep.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <winnow/core/highest_step.hpp>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/sweep/detail/event_about.hpp>

namespace winnow {

Sweep::Sweep(SweepSpec spec, std::uint64_t seed, std::unique_ptr<Scheduler> scheduler)
    : spec_(std::move(spec)), seed_(seed), scheduler_(std::move(scheduler)) {}

Result<Sweep> Sweep::make(SweepSpec spec, std::uint64_t seed, const SpaceFunctions& functions) {
  const MetricSpec* judged = objective_of(spec);
  const Goal goal = judged != nullptr ? judged->goal : Goal::minimize;
  auto scheduler = make_scheduler(spec.scheduler.type, spec.scheduler.options,
                                  {.goal = goal,
                                   .seed = seed,
                                   .sweep = spec.name,
                                   .space = &spec.space,
                                   .functions = &functions,
                                   .saves_in_pauses_only = spec.runs_program()});
  if (!scheduler) return fail(errc::invalid_input, "scheduler: " + scheduler.error().message);
  spec.scheduler.options = (*scheduler)->options();
  return Sweep(std::move(spec), seed, std::move(*scheduler));
}

const Trial* Sweep::find(TrialId trial) const {
  if (trial < 0 || trial >= static_cast<TrialId>(trials_.size())) return nullptr;
  return &trials_[static_cast<std::size_t>(trial)];
}

std::uint64_t Sweep::trial_seed(TrialId trial) const {
  return spec_.trial_seed.value_or(key_hash(seed_, trial, "winnow/trial"));
}

Event Sweep::suggested(TrialId trial, Assignment params, std::int64_t seen, double now) const {
  Event event = event_of(event::Suggested{std::move(params), seen}, now);
  event.trial = trial;
  return event;
}

Event Sweep::started(TrialId trial, std::optional<Step> from_step, double now) const {
  Event event = event_of(event::Started{from_step}, now);
  event.trial = trial;
  const Trial* known = find(trial);
  event.attempt = known != nullptr ? known->attempt + 1 : 1;
  event.state = TrialState::running;
  return event;
}

namespace {

bool same_value(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

/// The trial's newest report has this value of this step.
bool says(const Trial& trial, Step step, const Metric& metric) {
  const double* said = step == trial.newest_step ? find_metric(trial.newest_metrics, metric.first) : nullptr;
  return said != nullptr && same_value(*said, metric.second);
}

/// Each metric once. Of an attempt's first report without what the newest one of the trial said of this step: a client
/// that was begun anew sends again what it doesn't know to be recorded.
Metrics what_is_new(const Trial& trial, Step step, const Metrics& metrics) {
  Metrics news;
  for (const auto& metric : metrics) {
    const bool again = !trial.course.has_reported() && says(trial, step, metric);
    if (!again && find_metric(news, metric.first) == nullptr) news.push_back(metric);
  }
  return news;
}

constexpr const char* kToldFailed = "told failed";

/// The same end, with the same final value if it has one.
bool was_told(const Trial& trial, bool complete, const double* value) {
  if (!complete) return trial.state == TrialState::failed && trial.reason == kToldFailed;
  if (trial.state != TrialState::completed) return false;
  return value == nullptr ? !trial.told : trial.told && same_value(*trial.told, *value);
}

std::string said_of_repeats(const Trial& trial) {
  if (trial.repeats == 0) return "";
  return trial.repeats == 1 ? "1 report at a step already judged"
                            : fmt::format("{} reports at steps already judged", trial.repeats);
}

}  // namespace

/// The trial, if the attempt (0: the current one) may still speak for it.
Result<const Trial*> Sweep::open_trial(TrialId number, Attempt attempt) const {
  const Trial* trial = find(number);
  if (trial == nullptr) {
    return fail(errc::unknown_trial,
                fmt::format("there is no trial {}; {} trials were started", number, trials_.size()));
  }
  if (attempt != 0 && attempt < trial->attempt) {
    return fail(errc::stale_attempt, fmt::format("attempt {} of trial {} is out: attempt {} has taken its place",
                                                 attempt, number, trial->attempt));
  }
  if (attempt > trial->attempt) {
    return fail(errc::illegal_state,
                fmt::format("trial {} has had {} attempts, not {}", number, trial->attempt, attempt));
  }
  if (trial->state == TrialState::queued) {
    return fail(errc::illegal_state, fmt::format("trial {} is queued, not running; ask for it first", number));
  }
  return trial;
}

std::optional<double> Sweep::resource_of(std::int64_t judged_reports, Step step, const Metrics& metrics) const {
  if (spec_.scheduler.resource == "step") return static_cast<double>(step);
  if (spec_.scheduler.resource == "reports") return static_cast<double>(judged_reports + 1);
  const double* value = find_metric(metrics, spec_.scheduler.resource);
  if (value == nullptr || !std::isfinite(*value)) return std::nullopt;
  return *value;
}

Result<Judgement> Sweep::on_report(const Report& report, double now) const {
  const auto found = open_trial(report.trial, report.attempt);
  if (!found) return fail(found.error());
  const Trial& trial = **found;
  if (trial.state != TrialState::running) {
    if (trial.last_verdict != Verdict::go_on) return Judgement{{}, trial.last_verdict};
    return fail(errc::illegal_state, fmt::format("trial {} is {}", trial.number, to_string(trial.state)));
  }
  if (report.step && *report.step < 0) {
    return fail(errc::invalid_input, fmt::format("step must be >= 0, not {}", *report.step));
  }
  if (report.step.value_or(trial.last_step + 1) > kHighestStep) {
    return fail(errc::invalid_input, fmt::format("a step after {} can't be recorded", kHighestStep));
  }

  event::Reported reported;
  reported.step = report.step.value_or(trial.last_step + 1);
  reported.metrics = what_is_new(trial, reported.step, report.metrics);
  if (reported.metrics.empty()) return Judgement{{}, trial.pause_due ? Verdict::pause : Verdict::go_on};

  Event event = event_about(event::Reported{}, trial, TrialState::running, "", now);
  const bool repeat = trial.last_judged_step && reported.step <= *trial.last_judged_step;
  const double* value = objective() != nullptr ? find_metric(reported.metrics, objective()->name) : nullptr;
  const auto resource = resource_of(trial.judged_reports, reported.step, reported.metrics);
  reported.judged = !repeat && !trial.pause_due && value != nullptr && resource.has_value();
  const auto max_t = scheduler_->max_t();
  if (repeat && value != nullptr && reported.step == *trial.last_judged_step && max_t && trial.resource >= *max_t) {
    reported.verdict = Verdict::stop;  // a trial that had failed there has come to its end again
    reported.completed = true;
    event.state = TrialState::completed;
  }
  Verdict verdict = reported.verdict;
  if (reported.judged) verdict = judge(trial, *resource, *value, event, reported);
  if (reported.verdict == Verdict::go_on) {
    overrule(trial, event, reported);
    verdict = reported.verdict;
  }
  event.what = std::move(reported);
  return Judgement{{std::move(event)}, verdict};
}

Verdict Sweep::judge(const Trial& trial, double resource, double value, Event& event, event::Reported& reported) const {
  if (spec_.trial.on_nan == OnNan::fail && !std::isfinite(value)) {
    reported.verdict = Verdict::stop;
    event.state = TrialState::failed;
    event.text = fmt::format("{} is {}", objective()->name, format_double(value));
    return reported.verdict;
  }
  if (halted() || trial.stop_due) {  // nothing is left to decide but whether it is complete
    const auto max_t = scheduler_->max_t();
    const bool complete = (max_t && resource >= *max_t) || (budget_used_up() && came_as_far_as_others(reported.step));
    if (!complete) return reported.verdict;
    reported.verdict = Verdict::stop;
    reported.completed = true;
    event.state = TrialState::completed;
    return reported.verdict;
  }
  Decision decision =
      scheduler_->judge({trial.number, resource, value, reported.step, reported.metrics, others_wait()});
  event.text = std::move(decision.why);
  reported.verdict = decision.verdict;
  reported.rung = decision.rung;
  reported.completed = decision.completed;
  if (decision.verdict == Verdict::stop) {
    event.state = decision.completed ? TrialState::completed : TrialState::stopped;
  }
  if (decision.completed && event.text.empty()) event.text = said_of_repeats(trial);
  if (decision.completed && !trial.last_judged_step && !scheduler_->rungs_of(trial.number).empty()) {
    event.text = "its first report was at or beyond max_t: rungs never came into play";
  }
  return decision.verdict == Verdict::pause && decision.exploits ? Verdict::exploit : decision.verdict;
}

void Sweep::overrule(const Trial& trial, Event& event, event::Reported& reported) const {
  const auto why = halted();
  if (why || trial.stop_due) {
    reported.verdict = Verdict::stop;
    event.state = TrialState::stopped;
    event.text = why.value_or("stopped by command");
    reported.commanded = !why;
  } else if (trial.pause_due) {
    reported.verdict = Verdict::pause;  // recorded before, not carried out yet
  } else if (trial.held) {
    reported.verdict = Verdict::pause;
    reported.commanded = true;
  }
}

Result<std::vector<Event>> Sweep::on_completed(TrialId number, Attempt attempt, double now) const {
  const auto trial = open_trial(number, attempt);
  if (!trial) return fail(trial.error());
  if ((*trial)->state != TrialState::running) return std::vector<Event>{};
  return std::vector<Event>{event_about(event::Ended{}, **trial, TrialState::completed, said_of_repeats(**trial), now)};
}

Result<std::vector<Event>> Sweep::on_time_limit(TrialId number, Attempt attempt, std::string why, double now) const {
  const auto trial = open_trial(number, attempt);
  if (!trial) return fail(trial.error());
  if ((*trial)->state != TrialState::running) return std::vector<Event>{};
  const bool has_value = objective() == nullptr || (*trial)->objective.count() > 0;
  if (spec_.trial.on_time_limit == OnTimeLimit::fail || !has_value) {
    return on_error(number, attempt, std::move(why), now);
  }
  return std::vector<Event>{event_about(event::Ended{}, **trial, TrialState::completed, std::move(why), now)};
}

Result<std::vector<Event>> Sweep::on_error(TrialId number, Attempt attempt, std::string why, double now) const {
  return on_errored(number, attempt, false, std::move(why), now);
}

Result<std::vector<Event>> Sweep::on_out_of_memory(TrialId number, Attempt attempt, std::string why, double now) const {
  return on_errored(number, attempt, true, std::move(why), now);
}

Result<std::vector<Event>> Sweep::on_errored(TrialId number, Attempt attempt, bool out_of_memory, std::string why,
                                             double now) const {
  const auto trial = open_trial(number, attempt);
  if (!trial) return fail(trial.error());
  if ((*trial)->state != TrialState::running) return std::vector<Event>{};
  const bool again = is_oom_retry(**trial, out_of_memory) || (*trial)->error_count < spec_.trial.retries_error;
  return failing(event_about(event::Errored{out_of_memory}, **trial, again ? TrialState::queued : TrialState::failed,
                             std::move(why), now));
}

Result<std::vector<Event>> Sweep::on_lost(TrialId number, Attempt attempt, std::string why, double now) const {
  const auto trial = open_trial(number, attempt);
  if (!trial) return fail(trial.error());
  if ((*trial)->state != TrialState::running) return std::vector<Event>{};
  if (stopping_now() || (*trial)->stop_due) {
    return std::vector<Event>{event_about(event::Ended{}, **trial, TrialState::stopped, "stopped by command", now)};
  }
  const bool again = (*trial)->lost_count < spec_.trial.retries_lost;
  return failing(
      event_about(event::Lost{}, **trial, again ? TrialState::queued : TrialState::failed, std::move(why), now));
}

bool Sweep::was_said(const Report& report) const {
  const Trial* trial = find(report.trial);
  if (trial == nullptr || !report.step || report.metrics.empty() || !trial->course.has_reported()) return false;
  return std::all_of(report.metrics.begin(), report.metrics.end(),
                     [&](const Metric& metric) { return says(*trial, *report.step, metric); });
}

Result<std::vector<Event>> Sweep::on_tell(TrialId number, Attempt attempt, bool complete, const Metrics& metrics,
                                          double now) const {
  const auto found = open_trial(number, attempt);
  if (!found) return fail(found.error());
  const Trial& trial = **found;
  const double* value = objective() != nullptr ? find_metric(metrics, objective()->name) : nullptr;
  if (trial.state != TrialState::running) {
    if (trial.last_verdict == Verdict::stop || was_told(trial, complete, value)) return std::vector<Event>{};
    return fail(errc::illegal_state, fmt::format("trial {} is {}", number, to_string(trial.state)));
  }
  std::vector<Event> events;
  if (!metrics.empty()) {
    events.push_back(event_about(event::Told{metrics}, trial, TrialState::running, "", now));
  }
  const bool nan = value != nullptr && !std::isfinite(*value) && spec_.trial.on_nan == OnNan::fail;
  const TrialState state = complete && !nan ? TrialState::completed : TrialState::failed;
  const std::string why = !complete ? kToldFailed : nan ? objective()->name + " is not finite" : "";
  events.push_back(event_about(event::Ended{}, trial, state, why, now));
  return events;
}

std::optional<Event> Sweep::on_clock(double running, double now) const {
  if (!spec_.budget_wall || !expired_.empty() || wall_used(running) < *spec_.budget_wall) return std::nullopt;
  return event_of(event::Expired{}, now, "wall");
}

}  // namespace winnow

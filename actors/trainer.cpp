#include <winnow/actors/trainer.hpp>

#include <fmt/format.h>

#include <chrono>
#include <exception>

#include <caf/send.hpp>

namespace winnow {
namespace {

/// An answer waits for the ledger's sync; when the disk is slower than this the report is repeated, which is harmless.
constexpr std::chrono::seconds kAnswerTimeout{60};
constexpr int kAnswerTries = 5;

std::chrono::milliseconds to_duration(double seconds) {
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace

void trainer_state::init(TrainerConfig the_config, scheduler_actor the_scheduler) {
  config = std::move(the_config);
  scheduler = std::move(the_scheduler);
  if (config.factory->placement() == Placement::own_thread) thread_ = std::make_unique<SlotThread>();
  free_slot();
}

namespace {

/// Exceptions of a trainable end here.
template <class Body>
auto guarded(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& e) {
    return fail(errc::trial_failed, e.what());
  } catch (...) {
    return fail(errc::trial_failed, "an exception that is no std::exception");
  }
}

Result<std::unique_ptr<Trainable>> make_trainable(const TrainerConfig& config, const TrialContext& context,
                                                  std::optional<Step> from_step) {
  auto made = config.factory->make(context);
  if (!made || !from_step) return made;
  if (auto restored = config.restore(context.trial, *from_step, **made); !restored) return fail(restored.error());
  return made;
}

}  // namespace

/// On the slot's thread: everything that touches the trainable.
Result<Progress> trainer_state::run_slice(const TrainerConfig& config, Run& run) {
  const auto progress = guarded([&]() -> Result<Progress> {
    if (!run.trainable) {
      auto made = make_trainable(config, run.context, run.from_step);
      if (!made) return fail(made.error());
      run.trainable = std::move(*made);
    }
    run.tell_answer();
    run.running = run.trainable.get();
    if (run.cancelled) run.trainable->cancel();
    auto advanced = run.trainable->advance();
    run.running = nullptr;
    if (!advanced) return advanced;
    if (auto* burst = std::get_if<Burst>(&*advanced)) {
      for (StepReport& report : *burst) number(config, run, report);
    }
    auto* report = std::get_if<StepReport>(&*advanced);
    if (report == nullptr) return advanced;
    if (auto saved = save_report(config, run, *report); !saved) return fail(saved.error());
    return advanced;
  });
  run.running = nullptr;
  return progress;
}

/// Gives the report its step, and takes note of it.
void trainer_state::number(const TrainerConfig& config, Run& run, StepReport& report) {
  report.step = report.step.value_or(run.last_step + 1);
  run.last_step = std::max(run.last_step, *report.step);
  run.last_merit.reset();
  if (config.objective) {
    if (const double* value = find_metric(report.metrics, config.objective->name)) {
      run.last_merit = merit(config.objective->goal, *value);
    }
  }
}

Result<void> trainer_state::save_report(const TrainerConfig& config, Run& run, StepReport& report) {
  number(config, run, report);
  if (!config.save || !run.trainable->can_save()) return {};
  return config.save(run.context.trial, *report.step, run.last_merit, run.acknowledged, *run.trainable);
}

Result<std::optional<Step>> trainer_state::save_pause(const TrainerConfig& config, Run& run) {
  return guarded([&]() -> Result<std::optional<Step>> {
    run.tell_answer();
    if (!config.pause || !run.trainable->can_pause()) return std::nullopt;
    auto saved = config.pause(run.context.trial, run.last_step, run.last_merit, *run.trainable);
    if (saved) return run.last_step;
    if (saved.error().code == errc::unsupported) return std::nullopt;
    return fail(saved.error());
  });
}

void trainer_state::Run::tell_answer() {
  if (!answer || !trainable) return;
  const auto [taken, verdict] = *std::exchange(answer, std::nullopt);
  trainable->answered(taken, verdict);
}

void trainer_state::Run::cancel() {
  cancelled = true;
  if (Trainable* slicing = running) slicing->cancel();
}

void trainer_state::on_start(const StartAttempt& order) {
  run_ = std::make_shared<Run>();
  run_->context = {.trial = order.trial,
                   .attempt = order.attempt,
                   .seed = order.seed,
                   .params = order.params,
                   .directory = config.directory,
                   .home = config.home ? config.home(order.trial) : std::filesystem::path(),
                   .from_step = order.from_step,
                   .suggest = suggest_fn(order.trial, order.attempt)};
  run_->from_step = order.from_step;
  run_->acknowledged = order.from_step;
  run_->last_step = order.from_step.value_or(0);
  ended_ = false;
  if (config.limits.time_limit) {
    self->delayed_send(self, to_duration(*config.limits.time_limit), LimitPassed{order.trial, order.attempt, -1});
  }
  next_slice();
}

void trainer_state::next_slice() {
  phase_ = Phase::slicing;
  ++slice_;
  if (config.limits.report_timeout) {
    self->delayed_send(self, to_duration(*config.limits.report_timeout),
                       LimitPassed{run_->context.trial, run_->context.attempt, slice_});
  }
  on_slot(&trainer_state::on_slice_done, [slice = slice_](const TrainerConfig& settings, Run& run) {
    return SliceDone{slice, run_slice(settings, run)};
  });
}

template <class Handler, class Work>
void trainer_state::on_slot(Handler handler, Work work) {
  if (!thread_) return (this->*handler)(work(config, *run_));
  thread_->post([config = config, run = run_, work = std::move(work), me = slot_actor(self)]() mutable {
    caf::anon_send(me, work(config, *run));
  });
}

void trainer_state::on_slice_done(SliceDone done) {
  if (done.slice != slice_ || phase_ != Phase::slicing) return;  // of a slice that was given up
  if (ended_) return free_slot();
  phase_ = Phase::asking;
  if (!done.progress) {
    const Error& error = done.progress.error();
    return end_attempt(error.code == errc::trial_lost ? Ending::lost : Ending::error, error.message);
  }
  const auto [trial, attempt] = std::pair(run_->context.trial, run_->context.attempt);
  if (auto* report = std::get_if<StepReport>(&*done.progress)) {
    return ask(Report{trial, attempt, report->step, std::move(report->metrics)});
  }
  if (auto* burst = std::get_if<Burst>(&*done.progress)) return ask(Reports{trial, attempt, std::move(*burst)});
  end_attempt(Ending::completed, "");
}

void trainer_state::ask(Question question) {
  question_ = std::move(question);
  tries_left_ = kAnswerTries;
  std::visit([number = ++question_number_](auto& asked) { asked.question = number; }, *question_);
  send_question();
  if (!reminded_) remind_later();
}

void trainer_state::send_question() {
  std::visit([this](const auto& asked) { self->send(scheduler, asked); }, *question_);
}

void trainer_state::remind_later() {
  reminded_ = true;
  self->delayed_send(self, kAnswerTimeout, AskAgain{question_number_});
}

void trainer_state::on_ask_again(const AskAgain& reminder) {
  reminded_ = false;
  if (!question_) return;
  if (reminder.question == question_number_) {
    if (tries_left_-- == 0) return give_up_on("the scheduler doesn't answer");
    send_question();
  }
  remind_later();
}

void trainer_state::on_answer(const Answer& answer) {
  if (!question_ || answer.question != question_number_) return;  // of a question that was asked twice or dropped
  const Question asked = *std::exchange(question_, std::nullopt);
  std::optional<Step> step;
  if (const auto* report = std::get_if<Report>(&asked)) step = report->step;
  if (const auto* reports = std::get_if<Reports>(&asked)) {
    step = reports->reports[std::max<std::size_t>(answer.taken, 1) - 1].step;
  }
  if (!step) {
    if (phase_ != Phase::slicing) free_slot();  // else the slice has yet to return
    return;
  }
  if (!answer.error) run_->acknowledged = std::max(run_->acknowledged.value_or(*step), *step);
  go_on(answer);
}

void trainer_state::go_on(const Answer& answer) {
  // Winnow ends: who would go on now goes on at resume.
  const Verdict told = draining_ && answer.verdict == Verdict::go_on ? Verdict::pause : answer.verdict;
  run_->answer.emplace(answer.taken, answer.error ? Verdict::stop : told);
  if (ended_) return free_slot();  // a limit passed meanwhile
  if (answer.verdict == Verdict::pause && !answer.error) return pause();
  if (answer.verdict == Verdict::go_on && !answer.error && !draining_) return next_slice();
  free_slot();  // stopped, replaced by a newer attempt, or Winnow ends
}

/// Called on the slot's thread, which waits for the promise; this actor may have ended by then, or end meanwhile: the
/// promise is broken then.
SuggestFn trainer_state::suggest_fn(TrialId trial, Attempt attempt) {
  if (!thread_) return {};
  return [me = slot_actor(self), trial, attempt](std::string_view parameter, const Domain& domain) -> Result<Value> {
    auto promise = std::make_shared<std::promise<Result<Value>>>();
    auto value = promise->get_future();
    caf::anon_send(me, WantValue{{trial, attempt, std::string(parameter), domain}, std::move(promise)});
    try {
      return value.get();
    } catch (const std::future_error&) {
      return fail(errc::cancelled, "the trial was cancelled");
    }
  };
}

void trainer_state::on_want_value(const WantValue& wish) {
  const DrawValue& wanted = wish.wanted;
  const bool runs = phase_ == Phase::slicing && !ended_ && !draining_ && run_->context.trial == wanted.trial &&
                    run_->context.attempt == wanted.attempt;
  if (!runs) return;  // breaks the promise: a slice that was given up may still ask
  self->request(scheduler, caf::infinite, wanted)
      .then([promise = wish.promise](const Drawn& drawn) { promise->set_value(drawn.value); },
            [promise = wish.promise](const caf::error& error) {
              promise->set_value(fail(errc::cancelled, "the sweep has ended: " + to_string(error)));
            });
}

std::chrono::milliseconds trainer_state::grace(double seconds) const {
  return to_duration(seconds) + (config.factory ? config.factory->extra_grace() : std::chrono::milliseconds(0));
}

void trainer_state::pause() {
  phase_ = Phase::pausing;
  on_slot(&trainer_state::on_pause_saved, [slice = slice_](const TrainerConfig& settings, Run& run) {
    return PauseSaved{slice, save_pause(settings, run)};
  });
}

void trainer_state::on_pause_saved(const PauseSaved& saved) {
  if (saved.slice != slice_ || phase_ != Phase::pausing) return;
  if (!saved.checkpoint) {
    phase_ = Phase::asking;
    return end_attempt(Ending::error, saved.checkpoint.error().message);
  }
  ask(AttemptPaused{run_->context.trial, run_->context.attempt, *saved.checkpoint});
}

void trainer_state::end_attempt(Ending ending, std::string why) {
  ended_ = true;
  if (draining_ && ending != Ending::completed) return free_slot();  // cancelled by us: it goes on at resume
  ask(AttemptEnded{run_->context.trial, run_->context.attempt, ending, std::move(why)});
}

void trainer_state::on_limit(const LimitPassed& limit) {
  if (draining_) return;  // the grace time of the drain holds
  if (phase_ == Phase::idle || phase_ == Phase::pausing || ended_ || limit.trial != run_->context.trial ||
      limit.attempt != run_->context.attempt)
    return;
  if (limit.slice >= 0 && (limit.slice != slice_ || phase_ != Phase::slicing)) return;
  const bool whole = limit.slice < 0;
  const std::string why =
      whole ? fmt::format("over its time limit of {:g} s (trial.time_limit)", *config.limits.time_limit)
            : fmt::format("no report within {:g} s (trial.report_timeout)", *config.limits.report_timeout);
  if (phase_ == Phase::slicing) {
    run_->cancel();
    self->delayed_send(self, grace(config.limits.grace), GraceOver{slice_});
  }
  end_attempt(whole ? Ending::error : Ending::lost, why);
}

void trainer_state::on_grace_over(const GraceOver& grace) {
  if (phase_ != Phase::slicing || grace.slice != slice_) return;
  abandon_slice();
  free_slot();
}

void trainer_state::abandon_slice() {
  run_->cancel();
  if (thread_) thread_->abandon();
  if (config.abandoned) ++*config.abandoned;
  run_.reset();  // the lost thread keeps what it uses
}

trainer_state::~trainer_state() {
  if (phase_ == Phase::slicing && thread_ && run_) abandon_slice();
}

void trainer_state::drain(const Drain& order) {
  draining_ = true;
  if (phase_ == Phase::idle) return self->quit();
  if (phase_ != Phase::slicing) return;
  if (config.factory && config.factory->cancelled_at_once()) run_->cancel();
  self->delayed_send(self, grace(order.grace), GraceOver{slice_});
}

void trainer_state::give_up_on(const std::string& why) {
  self->quit(caf::make_error(caf::sec::runtime_error, why));
}

void trainer_state::free_slot() {
  phase_ = Phase::idle;
  question_.reset();
  if (run_ && thread_) {
    thread_->post([run = std::move(run_)]() mutable {
      run->tell_answer();
      run.reset();
    });
  }
  if (run_) run_->tell_answer();
  run_.reset();
  if (draining_) return self->quit();
  self->send(scheduler, SlotFree{slot_actor(self)});
}

slot_actor::behavior_type trainer(slot_actor::stateful_pointer<trainer_state> self, TrainerConfig config,
                                  scheduler_actor scheduler) {
  auto* state = &self->state;
  state->init(std::move(config), std::move(scheduler));
  return {
      [state](const StartAttempt& order) { state->on_start(order); },
      [state](SliceDone& done) { state->on_slice_done(std::move(done)); },
      [state](const WantValue& wish) { state->on_want_value(wish); },
      [state](const PauseSaved& saved) { state->on_pause_saved(saved); },
      [state](const Answer& answer) { state->on_answer(answer); },
      [state](const AskAgain& reminder) { state->on_ask_again(reminder); },
      [state](const LimitPassed& limit) { state->on_limit(limit); },
      [state](const GraceOver& grace) { state->on_grace_over(grace); },
      [state](const Drain& order) { state->drain(order); },
  };
}

}  // namespace winnow

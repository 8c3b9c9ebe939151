#include <winnow/actors/trainer.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <caf/send.hpp>

#include <winnow/core/duration.hpp>
#include <winnow/trainers/out_of_memory.hpp>

namespace winnow {
namespace {

/// An answer waits for the ledger's sync; when the disk is slower than this the report is repeated, which is harmless.
constexpr std::chrono::seconds kAnswerTimeout{60};
constexpr int kAnswerTries = 5;

/// Whoever met the end of a device's memory, LibTorch, a program or a function: it's in the words.
Ending ending_of(const Error& error) {
  if (error.code == errc::trial_lost) return Ending::lost;
  return is_out_of_device_memory(error.message) ? Ending::out_of_memory : Ending::error;
}

}  // namespace

void trainer_state::init(SlotOptions the_options, fleet_actor the_fleet) {
  options = std::move(the_options);
  fleet = std::move(the_fleet);
  free_slot();
}

// --- an attempt's way

void trainer_state::on_start(const StartAttempt& order) {
  ++run_number_;
  job_ = order.job;
  scheduler_ = order.answer_to;
  TrialContext context;
  context.trial = order.trial;
  context.attempt = order.attempt;
  context.seed = order.seed;
  context.params = order.params;
  context.directory = job_->directory;
  if (job_->home) context.home = job_->home(order.trial);
  context.from_step = order.from_step;
  context.suggest = suggest_fn(order.trial, order.attempt);
  context.devices = order.devices;
  run_ = std::make_shared<AttemptRun>(job_, std::move(context), order.donor);
  ended_ = false;
  if (job_->limits.time_limit) attempt_began_ = now();
  next_slice();
}

void trainer_state::next_slice() {
  begin(Task::slice, &trainer_state::on_slice_done, [number = task_number_ + 1](AttemptRun& run) {
    return SliceDone{number, run.slice()};
  });
}

void trainer_state::pause() {
  begin(Task::save, &trainer_state::on_pause_saved, [number = task_number_ + 1](AttemptRun& run) {
    return PauseSaved{number, run.save_pause()};
  });
}

template <class Handler, class Work>
void trainer_state::begin(Task task, Handler handler, Work work) {
  task_ = task;
  ++task_number_;
  if (job_->limits.report_timeout) task_began_ = now();
  if (!on_thread()) return (this->*handler)(work(*run_));
  set_alarm();
  thread_->post([run = run_, work = std::move(work), me = slot_actor(self)]() mutable {
    auto outcome = work(*run);
    run.reset();  // before anyone hears of it: what it holds is gone then
    caf::anon_send(me, std::move(outcome));
  });
}

bool trainer_state::ends_task(std::int64_t number) {
  if (number != task_number_ || task_ == Task::none) return false;
  task_ = Task::none;
  grace_over_.reset();
  return true;
}

void trainer_state::on_slice_done(SliceDone done) {
  if (!ends_task(done.job)) return;
  if (ended_ || leave_reason_) return leave();  // a limit passed meanwhile, or the sweep is gone
  if (!done.progress) {
    const Error& error = done.progress.error();
    return end_attempt(ending_of(error), error.message);
  }
  const auto [trial, attempt] = std::pair(run_->context().trial, run_->context().attempt);
  if (auto* report = std::get_if<StepReport>(&*done.progress)) {
    return ask(Report{trial, attempt, report->step, std::move(report->metrics)});
  }
  if (auto* burst = std::get_if<Burst>(&*done.progress)) return ask(Reports{trial, attempt, std::move(*burst)});
  end_attempt(Ending::completed, "");
}

void trainer_state::on_pause_saved(const PauseSaved& saved) {
  if (!ends_task(saved.job)) return;
  if (ended_ || leave_reason_) return leave();
  if (!saved.checkpoint) return end_attempt(Ending::error, saved.checkpoint.error().message);
  ask(AttemptPaused{run_->context().trial, run_->context().attempt, *saved.checkpoint});
}

void trainer_state::ask(Question question) {
  question_ = std::move(question);
  tries_left_ = kAnswerTries;
  std::visit([number = ++question_number_](auto& asked) { asked.question = number; }, *question_);
  send_question();
  set_alarm();
}

void trainer_state::send_question() {
  ask_again_ = now() + kAnswerTimeout;
  std::visit([this](const auto& asked) { self->send(scheduler_, asked); }, *question_);
}

void trainer_state::on_answer(const Answer& answer) {
  if (!question_ || answer.question != question_number_) return;  // of a question that was asked twice or dropped
  const Question asked = *std::exchange(question_, std::nullopt);
  if (const auto* report = std::get_if<Report>(&asked)) return go_on(answer, *report->step);
  if (const auto* reports = std::get_if<Reports>(&asked)) {
    return go_on(answer, *reports->reports[std::max<std::size_t>(answer.taken, 1) - 1].step);
  }
  leave();  // ended, or paused
}

void trainer_state::go_on(const Answer& answer, Step step) {
  // Winnow ends: who would go on now goes on at resume.
  const Verdict told = draining_ && answer.verdict == Verdict::go_on ? Verdict::pause : answer.verdict;
  if (answer.taken > 0) run_->take_answer(answer.taken, answer.error ? Verdict::go_on : told);
  if (answer.error) {
    // A newer attempt has the trial, or the sweep can't take the report: then nobody else would end the attempt.
    if (answer.error->code == errc::stale_attempt) return leave();
    return end_attempt(Ending::error, answer.error->message);
  }
  run_->acknowledge(step);
  if (answer.verdict == Verdict::pause || answer.verdict == Verdict::exploit) return pause();
  if (answer.verdict == Verdict::go_on && !draining_) return next_slice();
  leave();  // stopped, or Winnow ends
}

void trainer_state::end_attempt(Ending ending, std::string why) {
  ended_ = true;
  if (draining_ && ending != Ending::completed) return leave();  // cancelled by us: it goes on at resume
  ask(AttemptEnded{run_->context().trial, run_->context().attempt, ending, std::move(why)});
}

void trainer_state::leave() {
  if (question_ || task_ != Task::none) return;  // comes here again
  if (!run_) return free_slot();
  grace_over_ = now() + grace(job_->limits.grace);
  begin(Task::leave, &trainer_state::on_left, [number = task_number_ + 1](AttemptRun& run) {
    run.leave();
    return AttemptLeft{number};
  });
}

void trainer_state::on_left(const AttemptLeft& left) {
  if (ends_task(left.job)) free_slot();
}

void trainer_state::free_slot() {
  run_.reset();
  job_.reset();
  scheduler_ = nullptr;
  if (leave_reason_) return self->quit(*leave_reason_);
  draining_ = false;
  if (have_thread()) self->send(fleet, SlotFree{slot_actor(self)});
}

bool trainer_state::have_thread() {
  if (thread_ || !options.own_thread) return true;
  auto made = options.make_thread();
  if (made) {
    thread_ = std::move(*made);
    return true;
  }
  // By a message: an actor can't quit before it has its behaviour.
  self->send_exit(self, caf::make_error(kNoThread, "no slot more: " + made.error().message));
  return false;
}

bool trainer_state::on_thread() const {
  return thread_ && job_->factory->placement() != Placement::inline_slice;
}

// --- values that turn up while it runs

/// Called on the slot's thread, which waits for the promise; this actor may have ended by then, or end meanwhile: the
/// promise is broken then.
SuggestFn trainer_state::suggest_fn(TrialId trial, Attempt attempt) {
  if (!on_thread()) return {};
  return [me = slot_actor(self), run = run_number_, trial, attempt](std::string_view parameter,
                                                                    const Domain& domain) -> Result<Value> {
    auto promise = std::make_shared<std::promise<Result<Value>>>();
    auto value = promise->get_future();
    caf::anon_send(me, WantValue{{trial, attempt, std::string(parameter), domain}, run, std::move(promise)});
    try {
      return value.get();
    } catch (const std::future_error&) {
      return fail(errc::cancelled, "the trial was cancelled");
    }
  };
}

void trainer_state::on_want_value(const WantValue& wish) {
  const DrawValue& wanted = wish.wanted;
  const bool runs = task_ == Task::slice && !ended_ && !draining_ && wish.run == run_number_;
  if (!runs) return;  // breaks the promise: a slice that was given up may still ask
  self->request(scheduler_, caf::infinite, wanted)
      .then([promise = wish.promise](const Drawn& drawn) { promise->set_value(drawn.value); },
            [promise = wish.promise](const caf::error& error) {
              promise->set_value(fail(errc::cancelled, "the sweep has ended: " + to_string(error)));
            });
}

// --- limits

trainer_state::Time trainer_state::now() const {
  return self->clock().now();
}

std::chrono::milliseconds trainer_state::grace(double seconds) const {
  return milliseconds(seconds) + job_->factory->extra_grace();
}

/// While Winnow ends, or the thread lets go of the trainable, the grace time holds instead.
bool trainer_state::limits_hold() const {
  return run_ && !ended_ && !draining_ && task_ != Task::leave;
}

std::optional<trainer_state::Time> trainer_state::time_limit() const {
  if (!limits_hold() || !job_->limits.time_limit) return std::nullopt;
  return attempt_began_ + milliseconds(*job_->limits.time_limit);
}

std::optional<trainer_state::Time> trainer_state::report_timeout() const {
  if (!limits_hold() || !job_->limits.report_timeout || task_ == Task::none) return std::nullopt;
  return task_began_ + milliseconds(*job_->limits.report_timeout);
}

void trainer_state::set_alarm() {
  std::optional<Time> next;
  const auto consider = [&](std::optional<Time> time) {
    if (time && (!next || *time < *next)) next = time;
  };
  consider(grace_over_);
  consider(time_limit());
  consider(report_timeout());
  if (question_) consider(ask_again_);
  if (!next || (!timers_.empty() && timers_.back() <= *next)) return;
  timers_.push_back(*next);
  self->delayed_send(self, *next - now(), ClockTick{});
}

void trainer_state::on_clock() {
  if (!timers_.empty()) timers_.pop_back();
  const Time time = now();
  const auto due = [time](std::optional<Time> when) { return when && *when <= time; };
  if (due(grace_over_)) {
    abandon_task();
    leave();
  } else if (due(time_limit())) {
    over_limit(Ending::time_limit,
               fmt::format("over its time limit of {:g} s (trial.time_limit)", *job_->limits.time_limit));
  } else if (due(report_timeout())) {
    over_limit(Ending::lost,
               fmt::format("no {} within {:g} s (trial.report_timeout)",
                           task_ == Task::save ? "checkpoint of its pause" : "report", *job_->limits.report_timeout));
  } else if (question_ && due(ask_again_)) {
    if (tries_left_-- == 0) {
      return quit_after_leave(caf::make_error(caf::sec::runtime_error, "the scheduler doesn't answer"));
    }
    send_question();
  }
  set_alarm();
}

void trainer_state::over_limit(Ending ending, std::string why) {
  if (task_ != Task::none) {
    run_->cancel();
    grace_over_ = now() + grace(job_->limits.grace);
  }
  end_attempt(ending, std::move(why));
}

/// The lost thread keeps what it uses, and is the one that lets go of it.
void trainer_state::abandon_task() {
  if (run_) run_->cancel();
  if (on_thread()) {
    thread_->post([run = std::move(run_)]() mutable { run.reset(); });
    thread_->abandon();
    thread_.reset();
  }
  if (job_->abandoned) ++*job_->abandoned;
  run_.reset();
  task_ = Task::none;
  grace_over_.reset();
}

trainer_state::~trainer_state() {
  if (thread_ && run_) abandon_task();
}

void trainer_state::drain(const Drain& order) {
  const bool ours = self->current_sender() == caf::actor_cast<caf::strong_actor_ptr>(scheduler_);
  if (!scheduler_ || !ours) return;  // the attempt that is meant has left meanwhile
  draining_ = true;
  if (task_ == Task::slice || task_ == Task::save) give_grace(order.grace);
}

void trainer_state::give_grace(double seconds) {
  if (task_ == Task::slice && job_->factory->cancelled_at_once()) run_->cancel();
  const Time over = now() + grace(seconds);
  grace_over_ = std::min(grace_over_.value_or(over), over);
  set_alarm();
}

void trainer_state::on_exit(const caf::exit_msg& message) {
  quit_after_leave(message.reason);
}

void trainer_state::quit_after_leave(caf::error reason) {
  draining_ = true;
  leave_reason_ = std::move(reason);
  question_.reset();  // nobody answers it any more
  if (task_ == Task::slice || task_ == Task::save) return give_grace(job_->limits.grace);
  leave();
}

slot_actor::behavior_type trainer(slot_actor::stateful_pointer<trainer_state> self, SlotOptions options,
                                  fleet_actor fleet) {
  auto* state = &self->state;
  state->init(std::move(options), std::move(fleet));
  self->set_exit_handler([state](const caf::exit_msg& message) { state->on_exit(message); });
  return {
      [state](const StartAttempt& order) { state->on_start(order); },
      [state](SliceDone& done) { state->on_slice_done(std::move(done)); },
      [state](const WantValue& wish) { state->on_want_value(wish); },
      [state](const PauseSaved& saved) { state->on_pause_saved(saved); },
      [state](const AttemptLeft& left) { state->on_left(left); },
      [state](const Answer& answer) { state->on_answer(answer); },
      [state](ClockTick) { state->on_clock(); },
      [state](const Drain& order) { state->drain(order); },
  };
}

}  // namespace winnow

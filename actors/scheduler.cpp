#include <winnow/actors/scheduler.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <caf/send.hpp>
#include <cassert>
#include <chrono>
#include <iterator>
#include <utility>

#include <winnow/core/duration.hpp>
#include <winnow/sweep/observation.hpp>

namespace winnow {
namespace {

/// A learning sampler may compute for long; past this the sampler is taken for dead.
constexpr std::chrono::minutes kSuggestTimeout{10};
constexpr std::chrono::milliseconds kRounding{1};

}  // namespace

void scheduler_state::init(Sweep the_sweep, SchedulerConfig the_config, sampler_actor the_sampler,
                           storage_actor the_storage) {
  sweep.emplace(std::move(the_sweep));
  config = std::move(the_config);
  sampler = std::move(the_sampler);
  storage = std::move(the_storage);
  durable_seq_ = sent_seq_ = sweep->last_seq();
  opened_ = config.steady();
  for (const Trial& trial : sweep->trials()) pin_for_others(trial);
  arm_clock();
}

void scheduler_state::commit(std::vector<Event> events, std::function<void()> release) {
  commit(std::move(events), Waiting{0, std::nullopt, {}, std::move(release)});
}

void scheduler_state::commit(std::vector<Event> events, Waiting waiting) {
  if (failed_) return;
  const auto keep = [](std::span<Event>) { return Result<void>(); };  // in `append`: nothing comes between
  if (const auto done = sweep->commit(events, keep, [this](Event& event) { on_folded(event); }); !done) {
    // A decision of ours that its own fold refuses: it isn't written, so that what is there can be read back.
    return give_up({errc::internal, "internal: " + done.error().message});
  }
  waiting.seq = sweep->last_seq();
  if (waiting.asker || waiting.release) waiting_.push_back(std::move(waiting));
  if (events.empty()) on_durable(durable_seq_);
}

void scheduler_state::pin_for_others(const Trial& trial) {
  if (!config.pin_for_others) return;
  const auto keep = [&](auto& pins, std::optional<TrialId> whose, std::optional<Step> step) {
    if (!step) return void(pins.erase(trial.number));
    const auto there = pins.find(trial.number);
    if (there != pins.end() && there->second.trial() == *whose && there->second.step() == *step) return;
    pins.insert_or_assign(trial.number, config.pin_for_others(*whose, *step));
  };
  keep(lent_, trial.number, sweep->scheduler().lends(trial.number));
  if (!trial.inherits) return void(inherited_.erase(trial.number));
  keep(inherited_, trial.inherited.back().donor, trial.inherited.back().from_step);
}

void scheduler_state::on_folded(Event& event) {
  if (event.trial >= 0) {
    if (const Trial* trial = sweep->find(event.trial)) pin_for_others(*trial);
  }
  if (event.trial >= 0 && has_ended(event.state) && has_ended(sweep->find(event.trial)->state)) {
    recently_ended_.push_front(event.trial);
    if (recently_ended_.size() > kRowsShown) recently_ended_.pop_back();
  }
  if (!subscribers_.empty()) news_.push_back(event);
  if (config.sampler_learns) {
    for (Observation& news : observations_of(*sweep, event)) self->send(sampler, Observe{std::move(news)});
  }
  unsent_.push_back(std::move(event));
}

void scheduler_state::append() {
  if (unsent_.empty() || sent_seq_ > durable_seq_) return;
  sent_seq_ = unsent_.back().seq;
  const std::size_t size = unsent_.size();
  self->send(storage, Append{std::exchange(unsent_, {})});
  unsent_.reserve(size);  // the next transaction will be about as large
}

caf::result<Answer> scheduler_state::answer(std::vector<Event> events, Answer what) {
  auto asker = self->make_response_promise<Answer>();
  commit(std::move(events), Waiting{0, asker, std::move(what), {}});
  append();
  return asker;
}

caf::result<Answer> scheduler_state::answer(Result<std::vector<Event>> events, Verdict verdict, std::int64_t question) {
  if (!events) return answer({}, Answer{Verdict::stop, events.error(), question, 0});
  return answer(std::move(*events), Answer{verdict, std::nullopt, question});
}

/// The answer to the same question of this attempt, which was asked before.
const Answer* scheduler_state::answered_before(TrialId trial, Attempt attempt, std::int64_t question) const {
  const auto last = answered_.find(trial);
  const bool same = question != 0 && last != answered_.end() && last->second.attempt == attempt &&
                    last->second.answer.question == question;
  return same ? &last->second.answer : nullptr;
}

caf::result<Answer> scheduler_state::on_report(const Report& report) {
  if (const Answer* again = answered_before(report.trial, report.attempt, report.question)) return answer({}, *again);
  on_clock();
  auto judgement = sweep->on_report(report, config.now());
  if (!judgement) return answer(fail(judgement.error()), Verdict::stop, report.question);
  Answer what{judgement->verdict, std::nullopt, report.question};
  answered_[report.trial] = {report.attempt, what};
  return answer(std::move(judgement->events), std::move(what));
}

caf::result<Answer> scheduler_state::on_reports(const Reports& reports) {
  if (const Answer* again = answered_before(reports.trial, reports.attempt, reports.question))
    return answer({}, *again);
  on_clock();
  Answer what{Verdict::go_on, std::nullopt, reports.question, 0};
  for (const StepReport& report : reports.reports) {
    auto judgement = sweep->on_report({reports.trial, reports.attempt, report.step, report.metrics}, config.now());
    if (!judgement) {
      what.verdict = Verdict::stop;
      what.error = judgement.error();
      break;
    }
    if (!judgement->events.empty()) commit(std::move(judgement->events));
    ++what.taken;
    what.verdict = judgement->verdict;
    if (what.verdict != Verdict::go_on) break;
  }
  answered_[reports.trial] = {reports.attempt, what};
  return answer({}, std::move(what));
}

caf::result<Answer> scheduler_state::on_attempt_ended(const AttemptEnded& ended) {
  return answer(events_of(ended, config.now()), Verdict::stop, ended.question);
}

Result<std::vector<Event>> scheduler_state::events_of(const AttemptEnded& ended, double now) const {
  switch (ended.ending) {
    case Ending::completed: return sweep->on_completed(ended.trial, ended.attempt, now);
    case Ending::error: return sweep->on_error(ended.trial, ended.attempt, ended.why, now);
    case Ending::out_of_memory: return sweep->on_out_of_memory(ended.trial, ended.attempt, ended.why, now);
    case Ending::time_limit: return sweep->on_time_limit(ended.trial, ended.attempt, ended.why, now);
    case Ending::lost: break;
  }
  return sweep->on_lost(ended.trial, ended.attempt, ended.why, now);
}

caf::result<Answer> scheduler_state::on_attempt_paused(const AttemptPaused& paused) {
  return answer(sweep->on_paused(paused.trial, paused.attempt, paused.checkpoint, config.now()), Verdict::pause,
                paused.question);
}

caf::result<Answer> scheduler_state::on_command(const Command& command) {
  if (ending_) return Answer{Verdict::stop, Error{errc::illegal_state, "the sweep is ending"}, 0};
  auto events = sweep->on_command(command.verb, command.trial, command.why, config.now());
  auto answered = answer(std::move(events), Verdict::go_on, 0);
  dispatch();
  return answered;
}

void scheduler_state::on_slot_free(const SlotFree& slot) {
  const SlotId id = slot.trainer.id();
  end_running(id, "its slot was freed without an end");
  trainers_[id] = slot.trainer;
  idle_.free(id, slot.shared_device);
  dispatch();
}

void scheduler_state::on_slot_lost(const SlotLost& slot) {
  const SlotId id = slot.trainer.id();
  idle_.remove(id);
  trainers_.erase(id);
  end_running(id, slot.why);
  dispatch();
  if (slot.last && !ending_) give_up({errc::io, "no slot is left: " + slot.why});
}

void scheduler_state::end_running(SlotId slot, const std::string& why) {
  const auto it = running_.find(slot);
  if (it == running_.end()) return;
  const Running was = it->second;
  answered_.erase(was.trial);
  running_.erase(it);
  if (interrupted_) return;  // no trial pays with a retry for that
  auto events = sweep->on_lost(was.trial, was.attempt, why, config.now());
  if (events && !events->empty()) commit(std::move(*events));
  // An attempt ends by exactly one event before its slot is free.
  assert(failed_ || sweep->find(was.trial)->state != TrialState::running ||
         sweep->find(was.trial)->attempt != was.attempt);
}

void scheduler_state::dispatch() {
  fill_slots();
  append();
}

void scheduler_state::fill_slots() {
  if (ending_) return;
  if (interrupted_) {
    if (!running_.empty()) return;
    ending_ = true;
    commit({event_of(event::Interrupted{}, config.now())}, [this] { end({"interrupted", true, std::nullopt}); });
    return;
  }
  while (!ending_) {
    Move move = next_move(*sweep, asked_, checkpoint_of(), config.now());
    if (const auto* done = std::get_if<Done>(&move.what)) return finish(std::move(move.events), done->why);
    if (std::holds_alternative<AskAgain>(move.what)) {
      commit(std::move(move.events));
      continue;
    }
    if (idle_.available() == 0) return;
    if (const auto* attempt = std::get_if<StartAttemptOf>(&move.what)) {
      const auto slot = idle_.take(attempt->alone);
      if (!slot) return;  // nothing starts before it, so that a device is left to it
      start(*attempt, std::move(move.events), *slot);
    } else if (const auto* asked = std::get_if<AskSampler>(&move.what);
               asked != nullptr && asked_ < idle_.available()) {
      ask_for(*asked);
    } else {
      return;
    }
  }
}

void scheduler_state::expect_suggestion() {
  if (awaiting_suggestions_) return;
  awaiting_suggestions_ = true;
  self->delayed_send(self, kSuggestTimeout, SamplerTimeout{suggestions_});
}

void scheduler_state::on_sampler_timeout(const SamplerTimeout& timeout) {
  awaiting_suggestions_ = false;
  if (ending_ || asked_ == 0) return;
  if (timeout.suggestions == suggestions_)
    return give_up({errc::internal, "the sampler failed: no suggestion in time"});
  expect_suggestion();
}

void scheduler_state::finish(std::vector<Event> events, const std::string& why) {
  ending_ = true;
  commit(std::move(events), [this, why] { end({why, false, std::nullopt}); });
}

void scheduler_state::ask_for(const AskSampler& asked) {
  ++asked_;
  self->send(sampler, Suggest{asked.trial, asked.seen});
  expect_suggestion();
}

void scheduler_state::on_suggestion(const Suggestion& suggestion) {
  if (ending_) return;  // which waits for no sampler; a resume asks again
  --asked_;
  ++suggestions_;
  // A halt or an interrupt meanwhile changes nothing: the suggestion was made, so it is recorded; it stays queued.
  commit({suggested(*sweep, {suggestion.trial, suggestion.seen}, suggestion.params, config.now())});
  dispatch();
}

CheckpointOf scheduler_state::checkpoint_of() const {
  return [this](const Trial& trial, Step at_most) {
    return config.checkpoint ? config.checkpoint(trial.number, at_most) : std::nullopt;
  };
}

void scheduler_state::start(const StartAttemptOf& attempt, std::vector<Event> events, SlotId slot) {
  running_[slot] = {attempt.trial, attempt.attempt};
  commit(std::move(events), [this, attempt, trainer = trainers_.at(slot)] {
    const Trial& trial = *sweep->find(attempt.trial);
    self->send(trainer, StartAttempt{attempt.trial, attempt.attempt, trial.params, sweep->trial_seed(attempt.trial),
                                     attempt.from_step, attempt.donor, attempt.alone});
  });
}

void scheduler_state::on_durable(std::int64_t seq) {
  durable_seq_ = std::max(durable_seq_, seq);
  append();  // before the answers: the disk is to wait for nothing
  while (!waiting_.empty() && waiting_.front().seq <= durable_seq_) {
    Waiting waiting = std::move(waiting_.front());
    waiting_.pop_front();
    if (waiting.asker) {
      waiting.asker->deliver(std::move(waiting.answer));
    } else {
      waiting.release();
    }
  }
  publish();
}

void scheduler_state::give_up(Error why) {
  ending_ = failed_ = true;
  waiting_.clear();  // never acknowledged
  unsent_.clear();
  end({why.message, false, why});
}

double scheduler_state::running() const {
  return config.steady() - opened_;
}

void scheduler_state::arm_clock() {
  if (ending_ || !sweep->spec().budget_wall) return;
  self->delayed_send(self, milliseconds(*sweep->spec().budget_wall - sweep->wall_used(running())) + kRounding,
                     ClockTick{});
}

void scheduler_state::on_tick() {
  on_clock();
  if (sweep->wall_used(running()) < sweep->spec().budget_wall.value_or(0)) arm_clock();  // the timer was early
}

void scheduler_state::on_clock() {
  if (ending_ || !sweep->spec().budget_wall) return;
  if (auto event = sweep->on_clock(running(), config.now())) {
    commit({std::move(*event)});
    dispatch();
  }
}

void scheduler_state::interrupt() {
  interrupted_ = true;
  dispatch();
}

void scheduler_state::end(SweepEnded message) {
  if (!std::exchange(ended_, true) && config.listener) caf::anon_send(config.listener, std::move(message));
}

scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         std::shared_ptr<Sweep> sweep, SchedulerConfig config, sampler_actor sampler,
                                         storage_actor storage) {
  self->state.init(std::move(*sweep), std::move(config), std::move(sampler), std::move(storage));
  auto* state = &self->state;
  self->monitor(state->sampler);
  self->monitor(state->storage);
  self->set_down_handler([state](const caf::down_msg& down) { state->on_down(down); });
  return {
      [state](const SlotFree& slot) { state->on_slot_free(slot); },
      [state](const SlotLost& slot) { state->on_slot_lost(slot); },
      [state](const Report& report) { return state->on_report(report); },
      [state](const Reports& reports) { return state->on_reports(reports); },
      [state](const DrawValue& wanted) { return state->on_draw_value(wanted); },
      [state](const AttemptEnded& ended) { return state->on_attempt_ended(ended); },
      [state](const AttemptPaused& paused) { return state->on_attempt_paused(paused); },
      [state](const Command& command) { return state->on_command(command); },
      [state](const Suggestion& suggestion) { state->on_suggestion(suggestion); },
      [state](const Durable& durable) { state->on_durable(durable.seq); },
      [state](const StorageFailed& failed) {
        state->give_up({errc::io, failed.message});
      },
      [state](const SamplerTimeout& timeout) { state->on_sampler_timeout(timeout); },
      [state](ClockTick) { state->on_tick(); },
      [state](Interrupt) { state->interrupt(); },
      [state](const Subscribe& subscribe) { state->on_subscribe(subscribe.subscriber); },
      [state](GetSnapshot) { return state->snapshot(); },
  };
}

}  // namespace winnow

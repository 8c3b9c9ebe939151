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

/// One without devices is of a fleet that has none, or of a trainer that has its own.
bool serves(const Grant& grant, const Needs& needs) {
  return grant.devices.empty() || grant.devices.gpus == needs.gpus;
}

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
  self->send(storage, Append{std::exchange(unsent_, {}), config.ledger});
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
  const bool yields = begin_yield(report.trial);
  auto judgement = sweep->on_report(report, config.now());
  if (!judgement) return answer(fail(judgement.error()), Verdict::stop, report.question);
  Answer what{judgement->verdict, std::nullopt, report.question};
  answered_[report.trial] = {report.attempt, what};
  commit(std::move(judgement->events));
  if (yields) end_yield(report.trial);
  return answer({}, std::move(what));
}

caf::result<Answer> scheduler_state::on_reports(const Reports& reports) {
  if (const Answer* again = answered_before(reports.trial, reports.attempt, reports.question))
    return answer({}, *again);
  on_clock();
  const bool yields = begin_yield(reports.trial);
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
  if (yields) end_yield(reports.trial);
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
  const bool now = events && command.verb == CommandVerb::stop_now;
  auto answered = answer(std::move(events), Verdict::go_on, 0);
  if (now) drain_running();
  dispatch();
  return answered;
}

void scheduler_state::on_grant(const Grant& grant) {
  in_hand_.push_back(grant);
  dispatch();
}

void scheduler_state::on_slot_free(const SlotFree& slot) {
  end_running(slot.trainer.id(), "its slot was freed without an end");
  dispatch();
}

void scheduler_state::on_slot_lost(const SlotLost& slot) {
  std::erase_if(in_hand_, [&](const Grant& grant) { return grant.trainer.address() == slot.trainer; });
  end_running(slot.trainer.id(), slot.why);
  dispatch();
}

void scheduler_state::on_no_slots(const NoSlots& none) {
  if (!ending_) give_up({errc::io, none.why});
}

void scheduler_state::on_yield() {
  if (ending_ || interrupted_ || !config.can_go_on) return;
  const Running* youngest = nullptr;
  for (const auto& [slot, running] : running_) {
    const Trial& trial = *sweep->find(running.trial);
    const bool runs = trial.state == TrialState::running && trial.attempt == running.attempt;
    if (!runs || trial.pause_due || yielding_.contains(running.trial) || !config.can_go_on(running.trial)) continue;
    if (youngest == nullptr || trial.attempt_at > sweep->find(youngest->trial)->attempt_at) youngest = &running;
  }
  if (youngest != nullptr) yielding_.insert(youngest->trial);
}

bool scheduler_state::begin_yield(TrialId trial) {
  if (yielding_.erase(trial) == 0) return false;
  auto events = sweep->on_command(CommandVerb::pause, trial, "a higher priority waits for its slot", config.now());
  if (!events) return false;  // it is to pause anyway
  commit(std::move(*events));
  return true;
}

void scheduler_state::end_yield(TrialId trial) {
  auto events = sweep->on_command(CommandVerb::resume, trial, "", config.now());
  if (events) commit(std::move(*events));  // it may have come to its end
}

void scheduler_state::end_running(SlotId slot, const std::string& why) {
  const auto it = running_.find(slot);
  if (it == running_.end()) return;
  const Running was = it->second;
  answered_.erase(was.trial);
  yielding_.erase(was.trial);
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
  const Needs each = config.wants.each;
  if (ending_) return settle(false, each);
  if (interrupted_) {
    settle(false, each);
    if (!running_.empty()) return;
    ending_ = true;
    commit({event_of(event::Interrupted{}, config.now())}, [this] { end({"interrupted", true, std::nullopt}); });
    return;
  }
  while (!ending_) {
    Move move = next_move(*sweep, asked_, checkpoint_of(), config.now());
    if (const auto* done = std::get_if<Done>(&move.what)) {
      finish(std::move(move.events), done->why);
    } else if (std::holds_alternative<AskAgain>(move.what)) {
      commit(std::move(move.events));
    } else if (const auto* attempt = std::get_if<StartAttemptOf>(&move.what)) {
      const auto slot = take_in_hand(needs(attempt->alone));
      if (!slot) return settle(true, needs(attempt->alone));  // nothing starts before it
      start(*attempt, std::move(move.events), *slot);
    } else if (const auto* asked = std::get_if<AskSampler>(&move.what)) {
      if (asked_ >= in_hand(each)) return settle(true, each);
      ask_for(*asked);
    } else {
      return settle(false, each);
    }
  }
  settle(false, each);
}

/// Whoever is to be alone takes a whole device where others have a part of one.
Needs scheduler_state::needs(bool alone) const {
  Needs each = config.wants.each;
  if (alone && each.gpus > 0) each.gpus = std::max(1.0, each.gpus);
  return each;
}

std::int64_t scheduler_state::in_hand(const Needs& needs) const {
  return std::count_if(in_hand_.begin(), in_hand_.end(), [&](const Grant& grant) { return serves(grant, needs); });
}

std::optional<Grant> scheduler_state::take_in_hand(const Needs& needs) {
  const auto it =
      std::find_if(in_hand_.begin(), in_hand_.end(), [&](const Grant& grant) { return serves(grant, needs); });
  if (it == in_hand_.end()) return std::nullopt;
  Grant taken = std::move(*it);
  in_hand_.erase(it);
  return taken;
}

void scheduler_state::settle(bool more, const Needs& next) {
  Wants wants = config.wants;
  wants.each = next;
  const bool another = next != config.wants.each;  // this once
  if (!more) wants.up_to = 0;
  if (another) wants.up_to = std::min<std::int64_t>(wants.up_to, std::ssize(running_) + 1);
  if (wants != said_) {
    said_ = wants;
    self->send(config.fleet, Demand{scheduler_actor(self), wants});
  }
  std::int64_t kept = ending_ || interrupted_ || another ? 0 : asked_;
  std::deque<Grant> rest;
  for (Grant& grant : std::exchange(in_hand_, {})) {
    if (serves(grant, next) && kept-- > 0) {
      rest.push_back(std::move(grant));
    } else {
      self->send(config.fleet, Release{std::move(grant.trainer)});
    }
  }
  in_hand_ = std::move(rest);
}

void scheduler_state::drain_running() {
  drained_ = true;
  for (const auto& [slot, running] : running_) self->send(running.trainer, Drain{sweep->spec().trial.grace});
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

void scheduler_state::start(const StartAttemptOf& attempt, std::vector<Event> events, const Grant& slot) {
  running_[slot.trainer.id()] = {attempt.trial, attempt.attempt, slot.trainer};
  commit(std::move(events), [this, attempt, slot] {
    if (interrupted_) return call_off(slot);
    const Trial& trial = *sweep->find(attempt.trial);
    self->send(slot.trainer, StartAttempt{.trial = attempt.trial,
                                          .attempt = attempt.attempt,
                                          .params = trial.params,
                                          .seed = sweep->trial_seed(attempt.trial),
                                          .from_step = attempt.from_step,
                                          .donor = attempt.donor,
                                          .devices = slot.devices,
                                          .job = config.job,
                                          .answer_to = scheduler_actor(self)});
    if (drained_) self->send(slot.trainer, Drain{sweep->spec().trial.grace});
  });
}

void scheduler_state::call_off(const Grant& slot) {
  running_.erase(slot.trainer.id());
  self->send(config.fleet, Release{slot.trainer});
  dispatch();
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
  settle(false, config.wants.each);
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
  drain_running();
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
  state->dispatch();
  return {
      [state](const Grant& grant) { state->on_grant(grant); },
      [state](const SlotFree& slot) { state->on_slot_free(slot); },
      [state](const SlotLost& slot) { state->on_slot_lost(slot); },
      [state](const NoSlots& none) { state->on_no_slots(none); },
      [state](Yield) { state->on_yield(); },
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
      [state](const ChangeWants& change) {
        state->config.wants = change.wants;
        state->dispatch();
      },
      [state](const Subscribe& subscribe) { state->on_subscribe(subscribe.subscriber); },
      [state](GetSnapshot) { return state->snapshot(); },
  };
}

}  // namespace winnow

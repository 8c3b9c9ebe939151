#include <winnow/actors/fleet.hpp>

#include <algorithm>
#include <chrono>

#include <caf/send.hpp>

#include <winnow/actors/trainer.hpp>

namespace winnow {
namespace {

constexpr int kRespawnsPerSlot = 1000;
constexpr std::chrono::seconds kTick{1};

/// What a trainer of ours says when it leaves, or CAF's own words.
std::string words_of(const caf::error& reason) {
  if (reason == kNoThread && reason.context().match_elements<std::string>()) {
    return reason.context().get_as<std::string>(0);
  }
  return "its trainer ended: " + to_string(reason);
}

}  // namespace

void fleet_state::fill(std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) add(spawn(self), false);
}

void fleet_state::add(const trainer_actor& trainer, bool adopted) {
  self->monitor(trainer);
  slots_[trainer.id()] = {trainer, adopted};
}

void fleet_state::adopt(const trainer_actor& trainer) {
  no_slots_.reset();
  add(trainer, true);
  ready(trainer.id(), slots_.at(trainer.id()));
  dispatch();
}

void fleet_state::on_demand(const Demand& demand) {
  const FairShare::SweepKey key = demand.sweep.id();
  if (sweeps_.emplace(key, demand.sweep).second) self->monitor(demand.sweep);
  shares.want(key, demand.wants, now());
  if (no_slots_ && demand.wants.up_to > 0) self->send(demand.sweep, NoSlots{*no_slots_});
  dispatch();
}

void fleet_state::on_release(const Release& release) {
  const auto slot = slots_.find(release.trainer.id());
  if (slot == slots_.end()) return;
  (void)take_back(slot->second);
  ready(slot->first, slot->second);
  dispatch();
}

void fleet_state::on_free(const SlotFree& free) {
  const auto slot = slots_.find(free.trainer.id());
  if (slot == slots_.end()) return;
  if (const auto sweep = take_back(slot->second)) {
    deaths_ = 0;
    self->send(sweep, free);
  }
  ready(slot->first, slot->second);
  dispatch();
}

caf::result<void> fleet_state::on_leave(const LeaveFleet& leave) {
  if (shares.held(leave.sweep.id()) == 0) return caf::unit;
  auto promise = self->make_response_promise<void>();
  leaves_.emplace(leave.sweep.id(), promise);
  return promise;
}

void fleet_state::let_start(bool on) {
  giving_out_ = on;
  dispatch();
}

scheduler_actor fleet_state::take_back(Slot& slot) {
  if (!slot.holder) return {};
  const Holder was = *std::exchange(slot.holder, std::nullopt);
  shares.give_back(was.sweep, was.taken, now());
  if (shares.held(was.sweep) == 0) {
    if (auto leave = leaves_.extract(was.sweep)) fulfil(leave.mapped());
  }
  const auto sweep = sweeps_.find(was.sweep);
  return sweep == sweeps_.end() ? scheduler_actor() : sweep->second;
}

void fleet_state::dispatch() {
  if (leaving_ || !giving_out_) return;
  dispatch(adopted_ready_, false);
  dispatch(ready_, true);
  tick();
}

void fleet_state::tick() {
  if (ticking_ || leaving_ || !shares.may_yield()) return;
  ticking_ = true;
  self->delayed_send(self, kTick, ClockTick{});
}

void fleet_state::on_tick() {
  ticking_ = false;
  if (const auto sweep = giving_out_ ? shares.to_yield(now()) : std::nullopt) self->send(sweeps_.at(*sweep), Yield{});
  tick();
}

void fleet_state::dispatch(std::set<SlotId>& ready, bool of_house) {
  while (!ready.empty()) {
    auto turn = shares.next(now(), of_house);
    if (!turn) return;
    Slot& slot = slots_.at(ready.extract(ready.begin()).value());
    self->send(sweeps_.at(turn->sweep), Grant{slot.trainer, turn->taken.devices});
    slot.holder = Holder{turn->sweep, std::move(turn->taken)};
  }
}

void fleet_state::on_down(const caf::down_msg& down) {
  const auto id = down.source.id();
  if (sweeps_.contains(id)) return on_sweep_down(id);
  ready_.erase(id);
  adopted_ready_.erase(id);
  auto slot = slots_.extract(id);
  if (!slot.empty()) on_slot_down(std::move(slot.mapped()), down.reason);
}

void fleet_state::on_sweep_down(FairShare::SweepKey sweep) {
  sweeps_.erase(sweep);
  shares.leave(sweep);
  for (const auto& [id, slot] : slots_) {
    if (slot.holder && slot.holder->sweep == sweep) self->send_exit(slot.trainer, caf::exit_reason::user_shutdown);
  }
}

void fleet_state::on_slot_down(Slot slot, const caf::error& reason) {
  const std::string why = words_of(reason);
  if (const auto sweep = take_back(slot)) self->send(sweep, SlotLost{slot.trainer.address(), why});
  if (leaving_) {
    if (slots_.empty()) self->quit(*leaving_);
    return;
  }
  const bool ended_by_us = reason == caf::exit_reason::user_shutdown;
  if (!slot.adopted && reason != kNoThread && (ended_by_us || deaths_++ < respawns)) fill(1);
  if (slots_.empty() && !slot.adopted) {
    no_slots_ = "no slot is left: " + why;
    for (const auto& [key, sweep] : sweeps_) self->send(sweep, NoSlots{*no_slots_});
  }
  dispatch();
}

void fleet_state::on_exit(const caf::exit_msg& message) {
  leaving_ = message.reason;
  for (const auto& [id, slot] : slots_) self->send_exit(slot.trainer, message.reason);
  if (slots_.empty()) self->quit(message.reason);
}

fleet_actor::behavior_type fleet(fleet_actor::stateful_pointer<fleet_state> self, Capacity capacity, SpawnTrainer spawn,
                                 std::function<double()> steady) {
  auto* state = &self->state;
  const std::int64_t slots = capacity.slots;
  state->spawn = std::move(spawn);
  state->now = std::move(steady);
  state->respawns = static_cast<int>(std::min<std::int64_t>(slots, 1000)) * kRespawnsPerSlot;
  state->shares = FairShare(std::move(capacity));
  self->set_down_handler([state](const caf::down_msg& down) { state->on_down(down); });
  self->set_exit_handler([state](const caf::exit_msg& message) { state->on_exit(message); });
  state->fill(slots);
  return {
      [state](const Demand& demand) { state->on_demand(demand); },
      [state](const Release& release) { state->on_release(release); },
      [state](const SlotFree& free) { state->on_free(free); },
      [state](const LeaveFleet& leave) { return state->on_leave(leave); },
      [state](const LetStart& start) { state->let_start(start.on); },
      [state](ClockTick) { state->on_tick(); },
      [state](const AdoptTrainer& adopt) { state->adopt(adopt.trainer); },
  };
}

}  // namespace winnow

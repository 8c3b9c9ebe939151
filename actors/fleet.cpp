#include <winnow/actors/fleet.hpp>

#include <winnow/actors/trainer.hpp>

namespace winnow {
namespace {

constexpr int kRespawnsPerSlot = 1000;

/// What a trainer of ours says when it leaves, or CAF's own words.
std::string words_of(const caf::error& reason) {
  if (reason == kNoThread && reason.context().match_elements<std::string>()) {
    return reason.context().get_as<std::string>(0);
  }
  return "its trainer ended: " + to_string(reason);
}

}  // namespace

void fleet_state::fill(int count) {
  for (int i = 0; i < count; ++i) {
    auto share = devices.gpus > 0 ? devices.pool.take(devices.gpus) : DeviceShare();
    if (!share) return;
    auto trainer = spawn(self, *share);
    add(std::move(trainer), false, std::move(*share));
  }
}

void fleet_state::add(trainer_actor trainer, bool adopted, DeviceShare share) {
  self->monitor(trainer);
  const auto address = caf::actor_cast<caf::actor_addr>(trainer);
  slots[address] = {std::move(trainer), adopted, std::move(share)};
}

void fleet_state::adopt(const trainer_actor& trainer) {
  add(trainer, true, {});
  if (draining) self->send(trainer, Drain{});
}

void fleet_state::on_down(const caf::down_msg& down) {
  const auto slot = slots.extract(down.source);
  const bool ours = !slot.empty() && !slot.mapped().adopted;
  const bool replace = ours && !draining && respawns_left > 0 && down.reason != kNoThread;
  if (ours) devices.pool.give_back(slot.mapped().share);
  const bool last = ours && !draining && !replace && slots.empty();
  self->send(scheduler, SlotLost{down.source, words_of(down.reason), last});
  if (leaving && slots.empty()) return self->quit(*leaving);
  if (!replace) return;
  --respawns_left;
  fill(1);
}

void fleet_state::on_exit(const caf::exit_msg& message) {
  draining = true;
  for (const auto& [address, slot] : slots) self->send_exit(slot.trainer, message.reason);
  if (slots.empty()) return self->quit(message.reason);
  leaving = message.reason;
}

void fleet_state::drain(const Drain& order) {
  draining = true;
  for (const auto& [address, slot] : slots) self->send(slot.trainer, order);
}

fleet_actor::behavior_type fleet(fleet_actor::stateful_pointer<fleet_state> self, int slots, FleetDevices devices,
                                 SpawnTrainer spawn, scheduler_actor scheduler) {
  auto* state = &self->state;
  state->spawn = std::move(spawn);
  state->devices = std::move(devices);
  state->scheduler = std::move(scheduler);
  state->respawns_left = slots * kRespawnsPerSlot;
  self->set_down_handler([state](const caf::down_msg& down) { state->on_down(down); });
  self->set_exit_handler([state](const caf::exit_msg& message) { state->on_exit(message); });
  state->fill(slots);
  return {
      [state](const AdoptTrainer& adopt) { state->adopt(adopt.trainer); },
      [state](const Drain& order) { state->drain(order); },
  };
}

}  // namespace winnow

#include <winnow/actors/fleet.hpp>

#include <algorithm>

namespace winnow {
namespace {

constexpr int kRespawnsPerSlot = 1000;

}  // namespace

void fleet_state::fill(int slots) {
  for (int i = 0; i < slots; ++i) {
    trainers.push_back(spawn(self));
    self->monitor(trainers.back());
  }
}

void fleet_state::adopt(const trainer_actor& trainer) {
  adopted.insert(caf::actor_cast<caf::actor_addr>(trainer));
  trainers.push_back(trainer);
  self->monitor(trainer);
  if (draining) self->send(trainer, Drain{});
}

void fleet_state::on_down(const caf::down_msg& down) {
  std::erase_if(trainers, [&](const trainer_actor& t) { return caf::actor_cast<caf::actor_addr>(t) == down.source; });
  const bool replaced = adopted.erase(down.source) == 0 && !draining;
  const bool for_good = replaced && respawns_left == 0;
  self->send(scheduler, SlotLost{down.source, "its trainer ended: " + to_string(down.reason), for_good});
  if (leaving && trainers.empty()) return self->quit(*leaving);
  if (!replaced || for_good) return;
  --respawns_left;
  fill(1);
}

void fleet_state::on_exit(const caf::exit_msg& message) {
  draining = true;
  for (const trainer_actor& trainer : trainers) self->send_exit(trainer, message.reason);
  if (trainers.empty()) return self->quit(message.reason);
  leaving = message.reason;
}

void fleet_state::drain(const Drain& order) {
  draining = true;
  for (const trainer_actor& trainer : trainers) self->send(trainer, order);
}

fleet_actor::behavior_type fleet(fleet_actor::stateful_pointer<fleet_state> self, int slots, SpawnTrainer spawn,
                                 scheduler_actor scheduler) {
  auto* state = &self->state;
  state->spawn = std::move(spawn);
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

#include <winnow/actors/idle_slots.hpp>

#include <algorithm>

namespace winnow {

void IdleSlots::free(SlotId slot, const std::string& shared_device) {
  remove(slot);
  slots_[slot] = {shared_device, false};
  if (shared_device.empty() || !devices_[shared_device].alone) open_.insert(slot);
}

void IdleSlots::remove(SlotId slot) {
  const auto it = slots_.find(slot);
  if (it == slots_.end()) return;
  const Slot was = it->second;
  slots_.erase(it);
  open_.erase(slot);
  if (was.running) leave(was);
}

/// Whoever ran in the slot has left its device.
void IdleSlots::leave(const Slot& slot) {
  if (slot.shared_device.empty()) return;
  Device& device = devices_[slot.shared_device];
  --device.running;
  if (!device.alone) return;
  device.alone = false;
  for (const auto& [id, neighbour] : slots_) {
    if (neighbour.shared_device == slot.shared_device) open_.insert(id);  // none runs: it was alone
  }
}

std::optional<SlotId> IdleSlots::take(bool alone) {
  const auto will_do = [&](SlotId id) {
    const std::string& shared = slots_[id].shared_device;
    return !alone || shared.empty() || devices_[shared].running == 0;
  };
  const auto it = std::find_if(open_.begin(), open_.end(), will_do);
  if (it == open_.end()) return std::nullopt;
  const SlotId taken = *it;
  open_.erase(it);
  Slot& slot = slots_[taken];
  slot.running = true;
  if (slot.shared_device.empty()) return taken;
  Device& device = devices_[slot.shared_device];
  ++device.running;
  device.alone = alone;
  if (alone) std::erase_if(open_, [&](SlotId id) { return slots_[id].shared_device == slot.shared_device; });
  return taken;
}

}  // namespace winnow

/// Who is given a slot, and who has a device to itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include <winnow/actors/idle_slots.hpp>

namespace winnow::idle_slots_test {
namespace {

using ::testing::Optional;

/// Four slots of device a, four of b (spawned by turns), and one that shares none.
const std::array<std::string, 9> kDevices = {"a", "b", "a", "b", "", "a", "b", "a", "b"};

IdleSlots nine() {
  IdleSlots slots;
  for (SlotId slot = 0; slot < kDevices.size(); ++slot) slots.free(slot, kDevices[slot]);
  return slots;
}

IdleSlots quarters(SlotId count) {
  IdleSlots slots;
  for (SlotId slot = 0; slot < count; ++slot) slots.free(slot, "0");
  return slots;
}

TEST(IdleSlots, TheOneThatWasSpawnedFirstGoesFirst) {
  IdleSlots slots = quarters(3);
  EXPECT_THAT(slots.take(false), Optional(0U));
  EXPECT_THAT(slots.take(false), Optional(1U));
  slots.free(0, "0");
  EXPECT_THAT(slots.take(false), Optional(0U));
  EXPECT_THAT(slots.take(false), Optional(2U));
  EXPECT_EQ(slots.take(false), std::nullopt);
}

TEST(IdleSlots, WhoIsToBeAloneWaitsUntilTheOthersHaveLeftTheDevice) {
  IdleSlots slots = quarters(4);
  (void)slots.take(false);
  (void)slots.take(false);
  EXPECT_EQ(slots.take(true), std::nullopt);
  slots.free(1, "0");
  EXPECT_EQ(slots.take(true), std::nullopt);
  EXPECT_EQ(slots.available(), 3) << "others may start still";
  slots.free(0, "0");
  EXPECT_THAT(slots.take(true), Optional(0U));
}

TEST(IdleSlots, NobodyJoinsWhoRunsAloneAndAllMayStartWhenItHasLeft) {
  IdleSlots slots = quarters(4);
  ASSERT_THAT(slots.take(true), Optional(0U));
  EXPECT_EQ(slots.available(), 0);
  EXPECT_EQ(slots.take(false), std::nullopt);
  EXPECT_EQ(slots.take(true), std::nullopt);
  slots.free(7, "0");
  EXPECT_EQ(slots.available(), 0) << "a new slot of the device waits, too";
  slots.free(0, "0");
  EXPECT_EQ(slots.available(), 5);
}

TEST(IdleSlots, ASlotThatIsGoneLeavesItsDeviceToTheOthers) {
  IdleSlots slots = quarters(3);
  ASSERT_THAT(slots.take(true), Optional(0U));
  slots.remove(0);
  EXPECT_EQ(slots.available(), 2);
  slots.remove(0);
  slots.remove(2);
  EXPECT_EQ(slots.available(), 1);
  EXPECT_THAT(slots.take(false), Optional(1U));
}

TEST(IdleSlots, AnotherDeviceGoesOn) {
  IdleSlots slots = nine();
  ASSERT_THAT(slots.take(true), Optional(0U));
  EXPECT_EQ(slots.available(), 5);
  EXPECT_THAT(slots.take(false), Optional(1U));
  EXPECT_THAT(slots.take(true), Optional(4U)) << "b has somebody, the slot without a device has no neighbours";
  EXPECT_EQ(slots.take(true), std::nullopt);
}

TEST(IdleSlots, SlotsThatShareNoDeviceAreGivenToAnyone) {
  IdleSlots slots;
  for (SlotId slot = 0; slot < 3; ++slot) slots.free(slot, "");
  EXPECT_THAT(slots.take(true), Optional(0U));
  EXPECT_THAT(slots.take(false), Optional(1U));
  EXPECT_THAT(slots.take(true), Optional(2U));
}

/// What the rules say, by looking at all slots each time.
struct Model {
  enum class Is { gone, idle, running, alone };
  std::array<Is, 9> slots{};

  [[nodiscard]] bool any(SlotId like, Is what) const {
    for (SlotId slot = 0; slot < slots.size(); ++slot) {
      if (kDevices[slot] == kDevices[like] && slots[slot] == what) return true;
    }
    return false;
  }
  [[nodiscard]] static bool shares(SlotId slot) { return !kDevices[slot].empty(); }
  [[nodiscard]] bool open(SlotId slot) const {
    return slots[slot] == Is::idle && !(shares(slot) && any(slot, Is::alone));
  }
  [[nodiscard]] std::optional<SlotId> next(bool alone) const {
    for (SlotId slot = 0; slot < slots.size(); ++slot) {
      if (open(slot) && !(alone && shares(slot) && any(slot, Is::running))) return slot;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::int64_t available() const {
    std::int64_t count = 0;
    for (SlotId slot = 0; slot < slots.size(); ++slot) count += open(slot) ? 1 : 0;
    return count;
  }
  /// Trials on the device of the slot.
  [[nodiscard]] std::int64_t company(SlotId of) const {
    std::int64_t count = 0;
    for (SlotId slot = 0; slot < slots.size(); ++slot) {
      if (kDevices[slot] == kDevices[of] && (slots[slot] == Is::running || slots[slot] == Is::alone)) ++count;
    }
    return count;
  }
};

TEST(IdleSlots, InAnyOrderOfStartsEndsAndDeathsNobodyWhoRunsAloneHasCompany) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::mt19937_64 rng(seed);
    IdleSlots slots = nine();
    Model model;
    model.slots.fill(Model::Is::idle);
    for (int i = 0; i < 300; ++i) {
      const SlotId slot = rng() % kDevices.size();
      switch (rng() % 8) {
        case 0:
          slots.remove(slot);
          model.slots[slot] = Model::Is::gone;
          break;
        case 1:
        case 2:
        case 3:
          slots.free(slot, kDevices[slot]);
          model.slots[slot] = Model::Is::idle;
          break;
        default: {
          const bool alone = rng() % 3 == 0;
          const auto taken = slots.take(alone);
          ASSERT_EQ(taken, model.next(alone)) << "seed " << seed;
          if (taken) model.slots[*taken] = alone ? Model::Is::alone : Model::Is::running;
        }
      }
      ASSERT_EQ(slots.available(), model.available()) << "seed " << seed;
      for (SlotId one = 0; one < kDevices.size(); ++one) {
        const bool has_the_device = model.slots[one] == Model::Is::alone && Model::shares(one);
        ASSERT_TRUE(!has_the_device || model.company(one) == 1) << "seed " << seed;
      }
    }
  }
}

TEST(IdleSlots, AQueueIsServedToItsEndThoughItsHeadWaitsForADevice) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::mt19937_64 rng(seed);
    IdleSlots slots = nine();
    std::vector<SlotId> running;
    for (int served = 0; served < 60; ++served) {
      const bool alone = rng() % 2 == 0;
      auto slot = slots.take(alone);
      for (; !slot; slot = slots.take(alone)) {
        ASSERT_FALSE(running.empty()) << "nobody runs, and the head doesn't start; seed " << seed;
        const auto ends = running.begin() + static_cast<std::ptrdiff_t>(rng() % running.size());
        slots.free(*ends, kDevices[*ends]);
        running.erase(ends);
      }
      running.push_back(*slot);
    }
  }
}

}  // namespace
}  // namespace winnow::idle_slots_test

/// Who is given the next slot: the rules, and a house of sweeps that come, run and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <winnow/actors/fair_share.hpp>

namespace winnow::fair_share_test {
namespace {

using Key = FairShare::SweepKey;
using ::testing::ElementsAre;

DevicePool devices(int count) {
  std::vector<Device> list;
  for (int i = 0; i < count; ++i) list.push_back({.id = std::to_string(i)});
  return DevicePool(std::move(list));
}

/// The house's slots, in the order in which they were given.
class House {
public:
  explicit House(Capacity capacity) : free_(capacity.slots), shares(std::move(capacity)) {}

  /// Gives slots until either is out; says to whom.
  std::vector<Key> give() {
    std::vector<Key> given;
    while (free_ > 0) {
      auto turn = shares.next(now);
      if (!turn) break;
      --free_;
      given.push_back(turn->sweep);
      running.push_back(std::move(*turn));
    }
    return given;
  }
  void want(Key sweep, const Wants& wants) { shares.want(sweep, wants, now); }
  /// A second later one of the sweep's trials has left.
  void end(Key sweep) {
    const auto it = std::find_if(running.begin(), running.end(), [&](const auto& turn) { return turn.sweep == sweep; });
    ASSERT_NE(it, running.end());
    end_at(static_cast<std::size_t>(it - running.begin()));
  }
  void end_at(std::size_t index) {
    now += 1;
    shares.give_back(running[index].sweep, running[index].taken, now);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(index));
    ++free_;
  }
  [[nodiscard]] std::int64_t free() const { return free_; }

private:
  std::int64_t free_;

public:
  FairShare shares;
  double now = 0;
  std::vector<FairShare::Turn> running;
};

TEST(FairShare, EqualSweepsHaveEqualParts) {
  House house({.slots = 6});
  for (Key sweep : {1, 2, 3}) house.want(sweep, {.up_to = 100});
  EXPECT_THAT(house.give(), ElementsAre(1, 2, 3, 1, 2, 3));
}

TEST(FairShare, ASweepThatComesLaterHasItsPartAsTrialsLeave) {
  House house({.slots = 4});
  house.want(1, {.up_to = 100});
  EXPECT_THAT(house.give(), ElementsAre(1, 1, 1, 1));
  house.now += 1000;
  house.want(2, {.up_to = 100});
  EXPECT_TRUE(house.give().empty()) << "nothing is taken from anyone";
  house.end(1);
  EXPECT_THAT(house.give(), ElementsAre(2));
  std::map<Key, double> seconds;
  for (int i = 0; i < 4000; ++i) {
    for (const auto& turn : house.running) seconds[turn.sweep] += 1;
    house.end(i % 3 == 0 ? house.running.back().sweep : house.running.front().sweep);
    house.give();
  }
  EXPECT_NEAR(seconds[1] / seconds[2], 1, 0.02) << "from then on, half each";
}

/// How much of the time the first of two sweeps has, where its trials take so many times as long as the second's.
double time_of_first(std::int64_t slots, double weight, double longer) {
  House house({.slots = slots});
  house.want(1, {.up_to = 100, .weight = weight});
  house.want(2, {.up_to = 100});
  std::map<Key, double> seconds;
  std::mt19937_64 rng(1);
  for (int i = 0; i < 20000; ++i) {
    house.give();
    for (const auto& turn : house.running) seconds[turn.sweep] += 1;
    const auto index = rng() % house.running.size();
    const bool stays = house.running[index].sweep == 1 && std::uniform_real_distribution(0.0, longer)(rng) > 1;
    if (stays) {
      house.now += 1;
    } else {
      house.end_at(index);
    }
  }
  return seconds[1] / (seconds[1] + seconds[2]);
}

TEST(FairShare, AWeightOfThreeIsThreeTimesAsMuchTimeOnASlotOrMany) {
  for (const std::int64_t slots : {1, 2, 8}) EXPECT_NEAR(time_of_first(slots, 3, 1), 0.75, 0.02) << slots;
}

TEST(FairShare, LongTrialsHaveNoMoreTimeThanShortOnes) {
  for (const std::int64_t slots : {1, 2, 8}) EXPECT_NEAR(time_of_first(slots, 1, 20), 0.5, 0.02) << slots;
}

TEST(FairShare, NobodySavesUpWhatItDidntWant) {
  House house({.slots = 2});
  house.want(1, {.up_to = 1});
  house.want(2, {.up_to = 100});
  for (int i = 0; i < 1000; ++i) {
    house.give();
    house.end(2);
  }
  house.want(1, {.up_to = 100});
  int second = 0;
  for (int i = 0; i < 20; ++i) {
    for (const Key sweep : house.give()) second += sweep == 2 ? 1 : 0;
    house.end_at(0);
  }
  EXPECT_GE(second, 6);
}

TEST(FairShare, WhatOneDoesntWantTheOthersHave) {
  House house({.slots = 6});
  house.want(1, {.up_to = 1});
  house.want(2, {.up_to = 100});
  house.give();
  EXPECT_EQ(house.shares.held(1), 1);
  EXPECT_EQ(house.shares.held(2), 5);
}

TEST(FairShare, AWeightThatIsTakenBackLeavesNoDebt) {
  House house({.slots = 2});
  house.want(1, {.up_to = 100});
  house.want(2, {.up_to = 100});
  house.give();
  house.want(1, {.up_to = 100, .weight = 0.001});
  for (int i = 0; i < 20; ++i) {
    house.end_at(0);
    house.give();
  }
  house.want(1, {.up_to = 100});
  std::map<Key, double> seconds;
  for (int i = 0; i < 200; ++i) {
    for (const auto& turn : house.running) seconds[turn.sweep] += 1;
    house.end_at(0);
    house.give();
  }
  EXPECT_NEAR(seconds[1] / seconds[2], 1, 0.15);
}

TEST(FairShare, ShareIsOfWhatASweepTakesMostOf) {
  // Ghodsi et al., NSDI 2011, section 4.1: 9 cores, 18 GB; A takes (1, 4), B (3, 1); A has 3 trials, B 2. Here devices
  // stand for memory.
  House house({.slots = 100, .cpus = 9, .devices = devices(18)});
  house.want(1, {.up_to = 100, .each = {.cpus = 1, .gpus = 4}});
  house.want(2, {.up_to = 100, .each = {.cpus = 3, .gpus = 1}});
  house.give();
  EXPECT_EQ(house.shares.held(1), 3);
  EXPECT_EQ(house.shares.held(2), 2);
}

TEST(FairShare, AHigherPriorityGoesFirstAndTheOthersDontStarve) {
  House house({.slots = 1});
  house.want(1, {.up_to = 100, .priority = 5});
  house.want(2, {.up_to = 100});
  std::map<Key, int> given;
  for (int i = 0; i < 800; ++i) {
    for (const Key sweep : house.give()) {
      ++given[sweep];
      house.end(sweep);
    }
  }
  EXPECT_GE(given[2], 40) << "at least each seventeenth";
  EXPECT_LE(given[2], 50);
}

TEST(FairShare, WhoWaitsForAWholeDeviceIsNotPassedByWhoTakesParts) {
  House house({.slots = 8, .devices = devices(1)});
  house.want(1, {.up_to = 100, .each = {.gpus = 0.5}});
  EXPECT_THAT(house.give(), ElementsAre(1, 1));
  house.want(2, {.up_to = 1, .each = {.gpus = 1}});
  house.want(3, {.up_to = 1});
  EXPECT_THAT(house.give(), ElementsAre(3)) << "needs no device";
  house.end(1);
  EXPECT_TRUE(house.give().empty());
  house.end(1);
  EXPECT_THAT(house.give(), ElementsAre(2));
}

TEST(FairShare, WhoNeedsWhatIsNowhereHoldsNobodyUp) {
  House house({.slots = 2, .cpus = 2});
  house.want(1, {.up_to = 1, .each = {.gpus = 1}});
  house.want(2, {.up_to = 1, .each = {.cpus = 64}});
  EXPECT_FALSE(house.shares.has_room({.gpus = 1}));
  EXPECT_THAT(house.give(), ElementsAre(2)) << "more cores than there are: all of them";
}

TEST(FairShare, TenTenthsOfACoreAreOne) {
  House house({.slots = 100, .cpus = 1});
  house.want(1, {.up_to = 100, .each = {.cpus = 0.1}});
  EXPECT_EQ(house.give().size(), 10U);
}

TEST(FairShare, ASlotFromElsewhereTakesNothingOfTheHouse) {
  FairShare shares({.slots = 0});
  shares.want(1, {.up_to = 5, .each = {.cpus = 4, .gpus = 1}}, 0);
  EXPECT_FALSE(shares.next(0).has_value());
  const auto turn = shares.next(0, false);
  ASSERT_TRUE(turn.has_value());
  EXPECT_TRUE(turn->taken.devices.empty());
}

TEST(FairShare, WhatASweepHadComesBackAfterIt) {
  House house({.slots = 2, .cpus = 2});
  house.want(1, {.up_to = 2, .each = {.cpus = 1}});
  house.give();
  house.shares.leave(1);
  house.want(2, {.up_to = 2, .each = {.cpus = 1}});
  EXPECT_TRUE(house.give().empty());
  house.end(1);
  house.end(1);
  EXPECT_THAT(house.give(), ElementsAre(2, 2));
}

/// Sweeps that come, want this much, and go. Whatever happens nothing is given twice, and when nobody comes any more
/// everyone is given slots though nobody ever wants less.
TEST(FairShare, InAnyOrderOfComingsEndsAndGoingsNothingIsGivenTwiceAndNobodyStarves) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937_64 rng(seed);
    const auto draw = [&](int below) { return static_cast<int>(rng() % static_cast<unsigned>(below)); };
    const int cores = 1 + draw(16), gpus = draw(5);
    House house({.slots = 1 + draw(24), .cpus = static_cast<double>(cores), .devices = devices(gpus)});
    std::map<Key, Wants> sweeps;
    std::map<Key, int> given_at_last;
    Key newest = 0;
    const auto come_and_go = [&] {
      if (sweeps.size() < 12 && draw(10) == 0) {
        constexpr std::array kGpus{0.0, 0.0, 0.0, 0.25, 0.5, 1.0, 2.0};
        Wants wants{.up_to = 1 + draw(20), .weight = 1.0 + draw(3), .priority = draw(3)};
        wants.each = {.cpus = 0.5 * (1 + draw(6)), .gpus = kGpus.at(static_cast<std::size_t>(draw(7)))};
        if (house.shares.has_room(wants.each)) {
          sweeps[++newest] = wants;
          house.want(newest, wants);
        }
      }
      if (!sweeps.empty() && draw(60) == 0) {
        const Key gone = std::next(sweeps.begin(), draw(static_cast<int>(sweeps.size())))->first;
        house.shares.leave(gone);
        sweeps.erase(gone);
      }
    };
    for (int step = 0; step < 6000; ++step) {
      if (step < 3000) come_and_go();
      if (!house.running.empty()) house.end_at(rng() % house.running.size());
      for (const Key given : house.give()) {
        ASSERT_TRUE(sweeps.contains(given)) << "it has gone";
        ASSERT_LE(house.shares.held(given), sweeps[given].up_to);
        if (step >= 3000) ++given_at_last[given];
      }
      double used = 0;
      std::map<std::string, double> on_device;
      for (const FairShare::Turn& turn : house.running) {
        used += static_cast<double>(turn.taken.millicores) / 1000;
        for (const Device& device : turn.taken.devices.devices) {
          on_device[device.id] += std::min(1.0, turn.taken.devices.gpus);
        }
      }
      ASSERT_LE(used, cores + 1e-9);
      for (const auto& [device, part] : on_device) ASSERT_LE(part, 1 + 1e-9) << device;
    }
    for (const auto& [sweep, wants] : sweeps) EXPECT_GT(given_at_last[sweep], 1) << "sweep " << sweep;
  }
}

TEST(FairShare, OfAHigherPriorityThatHasWaitedTenSecondsTheLowestIsAskedForASlot) {
  House house({.slots = 3});
  house.want(1, {.up_to = 1, .priority = 1});
  house.want(2, {.up_to = 2, .priority = 0});
  EXPECT_THAT(house.give(), ElementsAre(1, 2, 2));
  EXPECT_FALSE(house.shares.may_yield());
  house.want(3, {.up_to = 5, .priority = 2});
  EXPECT_TRUE(house.give().empty());
  EXPECT_TRUE(house.shares.may_yield());
  house.now += 9;
  EXPECT_EQ(house.shares.to_yield(house.now), std::nullopt) << "a slot may come by itself";
  house.now += 1;
  EXPECT_EQ(house.shares.to_yield(house.now), 2);
  EXPECT_EQ(house.shares.to_yield(house.now), std::nullopt) << "once";
  house.now += 10;
  EXPECT_EQ(house.shares.to_yield(house.now), 2) << "again, where nothing came of it";
  house.end(2);
  EXPECT_THAT(house.give(), ElementsAre(3));
  house.now += 100;
  EXPECT_EQ(house.shares.to_yield(house.now), std::nullopt) << "one with a slot waits as others do";
}

TEST(FairShare, NoEqualIsAskedForASlot) {
  House house({.slots = 1});
  house.want(1, {.up_to = 1, .priority = 1});
  EXPECT_THAT(house.give(), ElementsAre(1));
  house.want(2, {.up_to = 1, .weight = 100, .priority = 1});
  house.want(3, {.up_to = 1, .priority = 0});
  house.now += 100;
  EXPECT_EQ(house.shares.to_yield(house.now), std::nullopt);
}

}  // namespace
}  // namespace winnow::fair_share_test

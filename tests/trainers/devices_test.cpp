#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <random>

#include <winnow/trainers/devices.hpp>

namespace winnow::devices_test {
namespace {

using ::testing::ElementsAre;

DevicePool pool_of(int count) {
  std::vector<Device> devices;
  for (int i = 0; i < count; ++i) devices.push_back({.id = std::to_string(i), .ordinal = i});
  return DevicePool(std::move(devices));
}

/// The ids of shares that are taken one after the other until there is no room.
std::vector<std::string> taken(DevicePool& pool, double gpus) {
  std::vector<std::string> ids;
  while (const auto share = pool.take(gpus)) ids.push_back(share->ids());
  return ids;
}

TEST(DevicePool, PartsFillADeviceBeforeTheNextIsBegun) {
  DevicePool pool = pool_of(2);
  EXPECT_THAT(taken(pool, 0.25), ElementsAre("0", "0", "0", "0", "1", "1", "1", "1"));
}

TEST(DevicePool, APartGoesToTheFullestDeviceThatHasRoom) {
  DevicePool pool = pool_of(2);
  const auto first = pool.take(0.5);
  const auto second = pool.take(0.75);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->ids(), "1");
  EXPECT_EQ(pool.take(0.25)->ids(), "1");
  EXPECT_EQ(pool.take(0.25)->ids(), "0");
}

TEST(DevicePool, AWholeDeviceIsNobodyElses) {
  DevicePool pool = pool_of(2);
  const auto part = pool.take(0.1);
  const auto whole = pool.take(1);
  ASSERT_TRUE(part && whole);
  EXPECT_EQ(whole->ids(), "1");
  EXPECT_FALSE(pool.take(1));
  pool.give_back(*part);
  EXPECT_EQ(pool.take(1)->ids(), "0");
}

TEST(DevicePool, SeveralDevicesAreOneShare) {
  DevicePool pool = pool_of(5);
  EXPECT_THAT(taken(pool, 2), ElementsAre("0,1", "2,3"));
}

TEST(DevicePool, PartsAddUpExactly) {
  const std::map<double, int> fit{{0.1, 10},      {0.2, 5},      {0.3, 3},       {0.29, 3}, {0.01, 100},
                                  {0.333333, 3},  {1.0 / 3, 3},  {1.0 / 6, 6},   {0.34, 2}, {0.16666667, 6},
                                  {0.5000001, 2}, {0.500001, 1}, {0.9999999, 1}, {0.7, 1}};
  for (const auto& [gpus, count] : fit) {
    DevicePool pool = pool_of(1);
    EXPECT_EQ(taken(pool, gpus).size(), count) << gpus;
    EXPECT_EQ(pool.capacity(gpus), count) << gpus;
  }
}

TEST(DevicePool, SaysHowManySharesThereAre) {
  const DevicePool pool = pool_of(5);
  EXPECT_EQ(pool.capacity(0.25), 20);
  EXPECT_EQ(pool.capacity(1), 5);
  EXPECT_EQ(pool.capacity(2), 2);
  EXPECT_EQ(pool.capacity(5), 1);
  EXPECT_EQ(pool.capacity(6), 0);
  EXPECT_EQ(pool.capacity(1e300), 0);
  EXPECT_EQ(DevicePool().capacity(0.5), 0);
}

TEST(DevicePool, AmountsThatNoSlotCanHaveGetNothing) {
  DevicePool pool = pool_of(4);
  for (const double gpus : {0.0, -1.0, 1.5, std::nan(""), 5.0}) EXPECT_FALSE(pool.take(gpus)) << gpus;
  EXPECT_TRUE(pool.all_free());
}

/// Who wants devices stands in line; whoever is first gets them before anybody else.
struct Line {
  DevicePool pool;
  std::deque<std::pair<int, double>> waiting{};  ///< since which round, how much
  std::vector<DeviceShare> running{};
  std::map<std::string, double> used{};
  int longest = 0;  ///< rounds that somebody waited

  void serve(int round) {
    while (!waiting.empty()) {
      auto share = pool.take(waiting.front().second);
      if (!share) return;
      longest = std::max(longest, round - waiting.front().first);
      waiting.pop_front();
      for (const Device& device : share->devices) used[device.id] += share->gpus < 1 ? share->gpus : 1;
      running.push_back(std::move(*share));
    }
  }
  void end(std::size_t which) {
    for (const Device& device : running[which].devices)
      used[device.id] -= running[which].gpus < 1 ? running[which].gpus : 1;
    pool.give_back(running[which]);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
  }
};

TEST(DevicePool, InTenThousandStartsAndEndsNoDeviceIsOverCommittedAndNobodyStarves) {
  constexpr std::array kAmounts{0.1, 0.125, 0.25, 0.3, 0.5, 0.75, 1.0, 2.0, 3.0, 4.0};
  std::mt19937 random(17);
  Line line{pool_of(4)};
  for (int round = 0; round < 10'000; ++round) {
    if (line.waiting.size() < 8) line.waiting.emplace_back(round, kAmounts[random() % kAmounts.size()]);
    line.serve(round);
    for (const auto& [id, amount] : line.used) ASSERT_LE(amount, 1 + 1e-9) << "device " << id << " in round " << round;
    ASSERT_FALSE(line.running.empty()) << "somebody waits, and nothing is taken";
    line.end(random() % line.running.size());
  }
  EXPECT_LT(line.longest, 200) << "rounds, each of which ends a share";
  while (!line.running.empty()) line.end(0);
  EXPECT_TRUE(line.pool.all_free());
  for (const double amount : kAmounts) EXPECT_GT(DevicePool(line.pool).capacity(amount), 0);
}

TEST(DevicePool, AShareIsRefusedOnlyWhereThereIsNoRoom) {
  std::mt19937 random(18);
  DevicePool pool = pool_of(3);
  std::map<std::string, int> tenths;  // taken of each
  std::vector<DeviceShare> running;
  for (int round = 0; round < 10'000; ++round) {
    const int want = 1 + static_cast<int>(random() % 10);
    const double gpus = want == 10 ? 1 : want / 10.0;
    bool room = false;
    for (const char* id : {"0", "1", "2"}) room = room || tenths[id] + want <= 10;
    const auto share = pool.take(gpus);
    ASSERT_EQ(share.has_value(), room) << gpus << " in round " << round;
    if (share) {
      tenths[share->devices.front().id] += want;
      running.push_back(*share);
    }
    if (running.empty() || random() % 2 == 0) continue;
    const std::size_t which = random() % running.size();
    tenths[running[which].devices.front().id] -= static_cast<int>(std::lround(running[which].gpus * 10));
    pool.give_back(running[which]);
    running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
  }
}

}  // namespace
}  // namespace winnow::devices_test

#include <gmock/gmock.h>

#include <fstream>

#include <winnow/engine/upkeep.hpp>

#include "../temp_dir.hpp"

namespace winnow::upkeep_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kLimit = std::uint64_t{256} << 20;

Upkeep upkeep() {
  return Upkeep("/sweeps", kLimit);
}

TEST(Upkeep, StopsStartsWhileTheDiskIsLowAlsoWhenItWasAllButFull) {
  for (const std::uint64_t low : {kLimit / 2, kLimit / 100}) {
    Upkeep house = upkeep();
    EXPECT_FALSE(house.look(0, 0, kLimit).may_start.has_value());
    const auto found = house.look(2, 2, low);
    EXPECT_EQ(found.may_start, false);
    EXPECT_THAT(found.notices, ElementsAre(HasSubstr("no trial starts until there is room")));
    EXPECT_THAT(house.low_disk().value(), HasSubstr("MiB free on the disk of /sweeps"));
    EXPECT_FALSE(house.look(4, 4, low).may_start.has_value()) << "said once";
    EXPECT_EQ(house.look(6, 6, 2 * kLimit).may_start, true);
    EXPECT_FALSE(house.low_disk().has_value());
  }
}

TEST(Upkeep, LetsABrokenSweepBeOpenedAgainLaterEachTimeAndForgetsAMendedOne) {
  Upkeep house = upkeep();
  double now = 100;
  for (const double wait : {2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0}) {
    house.broken("a", now);
    EXPECT_THAT(house.look(now + wait - 0.1, 0, std::nullopt).due, IsEmpty()) << wait;
    now += wait;
    EXPECT_THAT(house.look(now, 0, std::nullopt).due, ElementsAre("a")) << wait;
  }
  EXPECT_THAT(house.broken(), ElementsAre("a"));
  house.mended("a");
  EXPECT_THAT(house.look(now + 100, 0, std::nullopt).due, IsEmpty());
}

TEST(Upkeep, SaysThatTheClockWasSetAndNotThatItIsKeptRight) {
  Upkeep house = upkeep();
  const double wall = 1.8e9;
  EXPECT_THAT(house.look(10, wall, std::nullopt).notices, IsEmpty());
  EXPECT_THAT(house.look(12, wall + 2.4, std::nullopt).notices, IsEmpty());
  EXPECT_THAT(house.look(14, wall + 86404, std::nullopt).notices,
              ElementsAre(HasSubstr("the clock went forward by 86400 s")));
  EXPECT_THAT(house.look(16, wall + 86406, std::nullopt).notices, IsEmpty());
  EXPECT_THAT(house.look(18, wall + 8, std::nullopt).notices, ElementsAre(HasSubstr("went back by 86400 s")));
}

TEST(Upkeep, LooksEveryTwoSeconds) {
  Upkeep house = upkeep();
  EXPECT_TRUE(house.is_due(0));
  house.look(0, 0, std::nullopt);
  EXPECT_FALSE(house.is_due(1.9));
  EXPECT_TRUE(house.is_due(2));
}

TEST(Upkeep, RemovesWhatIsToGo) {
  const test::TempDir dir;
  std::filesystem::create_directories(dir / "sweep" / "trials");
  std::ofstream(dir / "sweep" / "ledger.db") << "text";
  Upkeep house = upkeep();
  house.doom(dir / "sweep");
  EXPECT_FALSE(std::filesystem::exists(dir / "sweep"));
}

}  // namespace
}  // namespace winnow::upkeep_test

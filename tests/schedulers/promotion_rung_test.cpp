#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>
#include <winnow/schedulers/promotion_rung.hpp>

namespace winnow::testing::promotion_rung_test {
namespace {

TEST(PromotionRung, TheBestOfEtaTrialsIsReadyOnceItWaits) {
  PromotionRung rung(1, 3);
  for (TrialId trial = 0; trial < 3; ++trial) rung.insert({.merit = static_cast<double>(trial), .trial = trial});
  EXPECT_FALSE(rung.best_ready());
  rung.set_waiting({.merit = 1, .trial = 1}, true);
  EXPECT_FALSE(rung.best_ready()) << "only the best of three may go on";
  rung.set_waiting({.merit = 2, .trial = 2}, true);
  ASSERT_TRUE(rung.best_ready());
  EXPECT_EQ(rung.best_ready()->trial, 2);
}

TEST(PromotionRung, NobodyMovesUpForOneThatNoLongerWaits) {
  PromotionRung rung(1, 2);
  for (TrialId trial = 0; trial < 4; ++trial) {
    rung.insert({.merit = static_cast<double>(trial), .trial = trial});
    rung.set_waiting({.merit = static_cast<double>(trial), .trial = trial}, true);
  }
  rung.set_waiting({.merit = 3, .trial = 3}, false);
  EXPECT_EQ(rung.best_ready()->trial, 2);
  rung.set_waiting({.merit = 2, .trial = 2}, false);
  EXPECT_FALSE(rung.best_ready());
}

TEST(PromotionRung, AgreesWithSortingTheWholeRung) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    std::mt19937_64 rng(seed);
    const double eta = seed % 4 == 0 ? 2.5 : static_cast<double>(2 + seed % 3);
    PromotionRung rung(1, eta);
    std::vector<PromotionRung::Entry> all;
    std::vector<bool> waits;
    for (TrialId trial = 0; trial < 60; ++trial) {
      all.push_back({.merit = static_cast<double>(rng() % 12), .trial = trial});
      waits.push_back(false);
      rung.insert(all.back());
      const std::size_t changed = rng() % all.size();
      waits[changed] = rng() % 3 != 0;
      rung.set_waiting(all[changed], waits[changed]);
      auto ranked = all;
      std::sort(ranked.begin(), ranked.end());
      ranked.resize(static_cast<std::size_t>(static_cast<double>(ranked.size()) / eta));
      const auto first = std::find_if(ranked.begin(), ranked.end(), [&](const PromotionRung::Entry& entry) {
        return waits[static_cast<std::size_t>(entry.trial)];
      });
      const auto ready = rung.best_ready();
      ASSERT_EQ(ready ? ready->trial : -1, first == ranked.end() ? -1 : first->trial) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace winnow::testing::promotion_rung_test

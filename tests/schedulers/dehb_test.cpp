#include "support.hpp"

namespace winnow::testing::dehb_test {
namespace {

/// 9 trials to 1, 3 to 3, 1 to 9; then 3 to 3, 1 to 9; then 3 to 9.
TEST(DehbScheduler, ATrialEndsAtTheBudgetOfItsNumber) {
  const auto dehb = make_or_fail("dehb", {{"max_t", 9}}, {});
  EXPECT_EQ(dehb->rungs_of(0), std::vector<double>{1});
  EXPECT_EQ(dehb->rungs_of(9), std::vector<double>{3});
  EXPECT_EQ(dehb->rungs_of(12), std::vector<double>{9});
  const Decision first = dehb->judge({.trial = 0, .resource = 1, .value = 0.1});
  EXPECT_EQ(first.verdict, Verdict::stop);
  EXPECT_FALSE(first.completed);
  EXPECT_EQ(first.why, "its budget of 1 is used");
  EXPECT_EQ(dehb->judge({.trial = 9, .resource = 1, .value = 0.1}).verdict, Verdict::go_on);
  EXPECT_EQ(dehb->judge({.trial = 9, .resource = 3.5, .value = 0.1}).verdict, Verdict::stop);
  EXPECT_EQ(dehb->judge({.trial = 12, .resource = 8, .value = 0.1}).verdict, Verdict::go_on);
  EXPECT_TRUE(dehb->judge({.trial = 12, .resource = 9, .value = 0.1}).completed);
}

TEST(DehbScheduler, SaysItsBrackets) {
  EXPECT_EQ(make_or_fail("dehb", {{"max_t", 9}}, {})->describe(),
            (std::vector<std::string>{"bracket 0: trials, each from its start: 9 to 1, then 3 to 3, then 1 to 9",
                                      "bracket 1: trials, each from its start: 3 to 3, then 1 to 9",
                                      "bracket 2: trials, each from its start: 3 to 9",
                                      "then the first kind again; a round of them has 20 trials and takes 72"}));
}

}  // namespace
}  // namespace winnow::testing::dehb_test

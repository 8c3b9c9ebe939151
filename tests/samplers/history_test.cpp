#include <winnow/samplers/detail/history.hpp>

#include <gtest/gtest.h>

namespace winnow::history_test {
namespace {

TEST(History, ATrialCountsAsRunningFromItsSuggestion) {
  History history({Goal::minimize});
  history.suggested(3, Assignment({{"x", 1}}));
  ASSERT_NE(history.find(3), nullptr);
  EXPECT_EQ(history.find(3)->state, TrialState::running);
  history.observe(TrialSuggested{3, Assignment({{"x", 1}})});
  EXPECT_EQ(history.trials().size(), 1U) << "that it is observed makes no second one";
}

TEST(History, LossesAreBetterTheLessTheyAre) {
  History history({Goal::minimize, Goal::maximize}, 1);
  history.suggested(0, {});
  history.observe(TrialReported{.trial = 0, .step = 4, .resource = 2, .rung = 1, .value = 7});
  EXPECT_EQ(history.find(0)->last_loss, -7);
  EXPECT_EQ(history.find(0)->last_step, 4);
  EXPECT_EQ(history.find(0)->resource, 2);
  history.observe(TrialReported{.trial = 0, .step = 5, .resource = 3, .rung = -1, .value = 8});
  EXPECT_EQ(history.find(0)->rung, 1) << "the highest that has judged it";
  const Past& past = history.observe(TrialEnded{0, TrialState::stopped, {2, 3}, {0.5}});
  EXPECT_EQ(past.state, TrialState::stopped);
  EXPECT_EQ(past.losses, (std::vector<double>{2, -3}));
  EXPECT_EQ(past.violations, std::vector<double>{0.5});
}

TEST(History, PausesExploitsAndDrawsAreKnown) {
  History history({Goal::minimize});
  history.suggested(0, Assignment({{"x", 1}}));
  history.observe(ParameterDrawn{0, "late", Integer{.low = 0, .high = 9}, 5});
  EXPECT_EQ(*history.find(0)->params.find("late"), 5);
  EXPECT_EQ(history.find(0)->drawn.front().first, "late");
  EXPECT_EQ(history.observe(TrialPaused{0}).state, TrialState::paused);
  EXPECT_EQ(history.observe(TrialResumed{0}).state, TrialState::running);
  EXPECT_EQ(history.observe(TrialEnded{0, TrialState::failed, {}, {}}).state, TrialState::failed);
  EXPECT_EQ(history.observe(TrialResumed{0}).state, TrialState::running) << "tried again";
  EXPECT_EQ(*history.observe(TrialChanged{0, Assignment({{"x", 2}})}).params.find("x"), 2);
}

}  // namespace
}  // namespace winnow::history_test

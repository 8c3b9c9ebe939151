#include <winnow/session/absent_metric.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::absent_metric_test {
namespace {

using ::testing::HasSubstr;

Event report_of(TrialId trial, const std::string& name) {
  Event event = event_of(event::Reported{.step = 1, .metrics = {{name, 0.5}}}, 0);
  event.trial = trial;
  event.state = TrialState::running;
  return event;
}

TEST(AnAbsentMetric, NamedAlmostRightIsSaidAfterTheFirstReports) {
  AbsentMetric absent("test_acc_avg");
  EXPECT_FALSE(absent.look_at(report_of(0, "test_acc_avg ")));
  EXPECT_FALSE(absent.look_at(report_of(1, "test_acc_avg "))) << "another trial's";
  EXPECT_FALSE(absent.look_at(report_of(0, "test_acc_avg ")));
  const auto said = absent.look_at(report_of(0, "test_acc_avg "));
  ASSERT_TRUE(said);
  EXPECT_THAT(*said, HasSubstr("trial 0 has not reported test_acc_avg, which is judged, so far (reported: "
                               "\"test_acc_avg \"; is \"test_acc_avg \" what"));
  EXPECT_FALSE(absent.look_at(report_of(0, "test_acc_avg "))) << "once";
}

TEST(AnAbsentMetric, OfAnotherNameIsSaidWhenTheFirstTrialEnds) {
  AbsentMetric absent("val_loss");
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(absent.look_at(report_of(0, "loss"))) << "it may come at the epoch's end";
  Event ended = event_of(event::Ended{}, 0);
  ended.trial = 0;
  ended.state = TrialState::completed;
  ASSERT_TRUE(absent.look_at(ended));
}

TEST(AnAbsentMetric, ThatIsReportedIsNone) {
  AbsentMetric absent("loss");
  EXPECT_FALSE(absent.look_at(report_of(0, "train_loss")));
  EXPECT_FALSE(absent.look_at(report_of(0, "loss")));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(absent.look_at(report_of(0, "train_loss")));
}

TEST(AnAbsentMetric, ThatIsToldAtTheEndIsNone) {
  AbsentMetric absent("loss");
  EXPECT_FALSE(absent.look_at(report_of(0, "accuracy")).has_value());
  Event told = event_of(event::Told{.metrics = {{"loss", 0.5}}}, 0);
  told.trial = 0;
  told.state = TrialState::completed;
  EXPECT_FALSE(absent.look_at(told).has_value());
}

}  // namespace
}  // namespace winnow::absent_metric_test

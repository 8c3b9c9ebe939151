#include <winnow/core/reported.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace winnow::reported_test {
namespace {

using ::testing::HasSubstr;

std::string instead(const std::string& metric, const std::vector<std::string>& names) {
  return reported_instead(metric, names);
}

TEST(ReportedInstead, ABlankAtTheEndOfANameIsShown) {
  EXPECT_EQ(instead("test_acc_avg", {"loss", "test_acc_avg "}),
            "reported: loss, \"test_acc_avg \"; is \"test_acc_avg \" what test_acc_avg means? the two must be spelled "
            "alike");
}

TEST(ReportedInstead, ANameWithAnotherSeparatorOrCaseIsRecognised) {
  EXPECT_THAT(instead("val/loss", {"lr", "val_loss"}), HasSubstr("is val_loss what val/loss means?"));
  EXPECT_THAT(instead("Val.Loss", {"lr", "val loss"}), HasSubstr("is \"val loss\" what Val.Loss means?"));
  EXPECT_THAT(instead("loss", {"eval/loss"}), HasSubstr("is eval/loss what loss means?"));
  EXPECT_THAT(instead("eval_loss", {"loss"}), HasSubstr("is loss what eval_loss means?"));
  EXPECT_THAT(instead("accuracy", {"acuracy"}), HasSubstr("is acuracy what accuracy means?"));
}

TEST(ReportedInstead, NothingAlikeIsOnlyListed) {
  EXPECT_EQ(instead("loss", {"acc", "n"}), "reported: acc, n");
  EXPECT_EQ(instead("loss", {}), "reported: nothing");
}

}  // namespace
}  // namespace winnow::reported_test

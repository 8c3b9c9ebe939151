#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/cli/daemon_client.hpp>

namespace winnow::cli::sweep_names_test {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kNames{"digits-20260131-120000", "digits-20260131-120000-2", "net-20260131-120000"};

TEST(SweepNames, MayBeShortWhereOneSweepIsMeant) {
  EXPECT_EQ(the_one_of(kNames, "net"), "net-20260131-120000");
  EXPECT_EQ(the_one_of(kNames, "digits-20260131-120000"), "digits-20260131-120000");
  EXPECT_EQ(the_one_of(kNames, "digits-20260131-120000-2"), "digits-20260131-120000-2");
  const auto several = the_one_of(kNames, "digits");
  ASSERT_FALSE(several.has_value());
  EXPECT_THAT(several.error().message, HasSubstr("may be digits-20260131-120000, digits-20260131-120000-2"));
}

TEST(SweepNames, ThatAreWholeAreNoOthersBeginning) {
  const std::vector<std::string> left{"digits-20260131-120000-2"};
  const auto deleted = the_one_of(left, "digits-20260131-120000");
  ASSERT_FALSE(deleted.has_value());
  EXPECT_EQ(deleted.error().code, errc::unknown_sweep);
  EXPECT_EQ(the_one_of(left, "digits-2026"), left.front());
}

}  // namespace
}  // namespace winnow::cli::sweep_names_test

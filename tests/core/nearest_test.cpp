#include <gtest/gtest.h>

#include <vector>
#include <winnow/core/nearest.hpp>

namespace winnow::nearest_test {
namespace {

const std::vector<std::string> kKnown{"max_t", "grace_period", "reduction_factor", "brackets"};

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps) {
  EXPECT_EQ(edit_distance("", ""), 0);
  EXPECT_EQ(edit_distance("abc", ""), 3);
  EXPECT_EQ(edit_distance("", "abc"), 3);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3);
  EXPECT_EQ(edit_distance("asha", "ahsa"), 1);
  EXPECT_EQ(edit_distance("ca", "abc"), 3);
}

TEST(EditDistance, IsSymmetric) {
  for (const std::string& a : kKnown) {
    for (const std::string& b : kKnown) EXPECT_EQ(edit_distance(a, b), edit_distance(b, a));
  }
}

TEST(Nearest, FindsTheWordThatWasMeant) {
  EXPECT_EQ(nearest("grace_perod", kKnown), "grace_period");
  EXPECT_EQ(nearest("max-t", kKnown), "max_t");
  EXPECT_EQ(nearest("braket", kKnown), "brackets");
}

TEST(Nearest, GivesNothingForAWordThatIsFarFromAll) {
  EXPECT_EQ(nearest("patience", kKnown), "");
  EXPECT_EQ(nearest("", kKnown), "");
  EXPECT_EQ(nearest("max_t", std::vector<std::string>{}), "");
}

TEST(Nearest, AShortWordMustBeCloserThanHalfItsLength) {
  const std::vector<std::string> known{"ab", "abcd"};
  EXPECT_EQ(nearest("xy", known), "");
  EXPECT_EQ(nearest("abxx", known), "");
  EXPECT_EQ(nearest("abcx", known), "abcd");
}

TEST(Nearest, TakesTheFirstAmongEquals) {
  const std::vector<std::string> known{"lrate", "brate"};
  EXPECT_EQ(nearest("xrate", known), "lrate");
}

TEST(DidYouMean, IsTheEndOfAMessageOrNothing) {
  EXPECT_EQ(did_you_mean("braket", kKnown), "; did you mean brackets?");
  EXPECT_EQ(did_you_mean("patience", kKnown), "");
}

}  // namespace
}  // namespace winnow::nearest_test

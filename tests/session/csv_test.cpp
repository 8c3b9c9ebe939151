#include <gtest/gtest.h>

#include <limits>

#include <winnow/session/csv.hpp>

namespace winnow::csv_test {
namespace {

TEST(Csv, QuotesWhatHoldsCommasQuotesOrLineBreaksAndNothingElse) {
  EXPECT_EQ(csv::text("adam"), "adam");
  EXPECT_EQ(csv::text("a b"), "a b");
  EXPECT_EQ(csv::text("a,b"), "\"a,b\"");
  EXPECT_EQ(csv::text("say \"no\""), "\"say \"\"no\"\"\"");
  EXPECT_EQ(csv::text("two\nlines"), "\"two\nlines\"");
  EXPECT_EQ(csv::text("two\rlines"), "\"two\rlines\"");
  EXPECT_EQ(csv::text(" blank"), "\" blank\"");
}

TEST(Csv, AnEmptyTextDiffersFromAMissingField) {
  EXPECT_EQ(csv::line({csv::text(""), "", "x"}), "\"\",,x\n");
}

TEST(Csv, NumbersReadBackAsTheSameBits) {
  for (const double value : {0.1, 1.0 / 3, 1e-300, 5e-324, -0.0, 123456789012345680.0}) {
    EXPECT_EQ(*parse_double(csv::number(value)), value);
  }
}

TEST(Csv, SpellsNonFiniteNumbersAsPandasReadsThem) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(csv::number(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(csv::number(infinity), "inf");
  EXPECT_EQ(csv::number(-infinity), "-inf");
}

TEST(Csv, ValuesOfOtherKindsAreJson) {
  EXPECT_EQ(csv::value(Value(true)), "true");
  EXPECT_EQ(csv::value(Value(3)), "3");
  EXPECT_EQ(csv::value(Value()), "null");
  EXPECT_EQ(csv::value(Value{1, "a"}), "\"[1,\"\"a\"\"]\"");
}

}  // namespace
}  // namespace winnow::csv_test

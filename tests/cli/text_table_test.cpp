#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include <winnow/cli/text_table.hpp>

namespace winnow::cli::text_table_test {
namespace {

using ::testing::ElementsAre;

TEST(DisplayWidth, CountsWhatTheReaderSees) {
  EXPECT_EQ(display_width("loss"), 4U);
  EXPECT_EQ(display_width("größe"), 5U);
  EXPECT_EQ(display_width("…"), 1U);
  EXPECT_EQ(display_width("学习率"), 6U);
  EXPECT_EQ(display_width("e\u0301"), 1U) << "a combining accent";
  EXPECT_EQ(display_width("\xff\xe2\x82"), 3U) << "bytes that are no UTF-8 count one each";
}

TEST(Clip, CutsBetweenCharactersAndSaysSo) {
  EXPECT_EQ(clip("accuracy", 8), "accuracy");
  EXPECT_EQ(clip("accuracy", 5), "accu…");
  EXPECT_EQ(clip("äöüäöü", 4), "äöü…");
  EXPECT_EQ(clip("学习率", 4), "学…") << "a wide character isn't halved";
  EXPECT_EQ(clip("abc", 1), "…");
  EXPECT_EQ(clip("abc", kNoLimit), "abc");
}

TEST(OneLine, TextsFromElsewhereCantSteerTheTerminal) {
  EXPECT_EQ(one_line("two\nlines\r\x1b[31mred\x7f"), "two lines  [31mred ");
  EXPECT_EQ(one_line("\xc2\x9b"
                     "31mé"),
            " 31mé");
}

TEST(DurationText, IsShort) {
  EXPECT_EQ(duration_text(0.84), "0.8s");
  EXPECT_EQ(duration_text(9.97), "9s");
  EXPECT_EQ(duration_text(59.99), "59s");
  EXPECT_EQ(duration_text(65), "1m05s");
  EXPECT_EQ(duration_text(2 * 3600 + 180), "2h03m");
  EXPECT_EQ(duration_text(3 * 86400 + 4 * 3600), "3d04h");
  EXPECT_EQ(duration_text(-1), "0.0s") << "a clock that was set back";
}

TEST(TextTable, AlignsByWidthAndNotByBytes) {
  TextTable table({{.title = "größe", .right = true}, {.title = "name"}});
  table.add({"1", "ä"});
  table.add({"22", "b\nc"});
  EXPECT_THAT(table.lines(), ElementsAre("größe  name", "    1  ä", "   22  b c"));
  EXPECT_EQ(table.width(), 11U);
}

TEST(TextTable, CutsLinesAndColumns) {
  TextTable table({{.title = "eval/accuracy", .most = 6}, {.title = "parameters"}});
  table.add({"0.5", "learning_rate=0.01"});
  EXPECT_THAT(table.lines(14), ElementsAre("eval/…  param…", "0.5     learn…"));
}

TEST(TextTable, ColumnsMayBeWiderThanTheirContent) {
  TextTable table({{.title = "a", .least = 3}, {.title = "b"}});
  table.add({"x", "y"});
  EXPECT_THAT(table.lines(), ElementsAre("a    b", "x    y"));
}

TEST(OutputWidth, IsColumnsWhereThatIsANumberAndNoneInAPipe) {
  ::setenv("COLUMNS", "123", 1);
  EXPECT_EQ(output_width(), 123U);
  for (const char* odd : {"0", "-5", "wide", "12x", ""}) {
    ::setenv("COLUMNS", odd, 1);
    EXPECT_TRUE(output_width() == kNoLimit || output_width() < 10'000) << odd;
  }
  ::unsetenv("COLUMNS");
}

}  // namespace
}  // namespace winnow::cli::text_table_test

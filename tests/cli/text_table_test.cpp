#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/base/duration_text.hpp>
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
  EXPECT_EQ(display_width("\xed\xa0\x80"), 3U) << "half of a UTF-16 pair is no UTF-8";
  EXPECT_EQ(display_width("a\tb\x7f"), 4U) << "a control character will be a blank";
}

TEST(DisplayWidth, KnowsTheScriptsOfTheWorld) {
  EXPECT_EQ(display_width("กำลัง"), 4U) << "Thai: a vowel above its consonant";
  EXPECT_EQ(display_width("नमस्ते"), 4U) << "Devanagari: a virama and a vowel above";
  EXPECT_EQ(display_width("हिन्दी"), 5U) << "Devanagari: vowels beside their consonants";
  EXPECT_EQ(display_width("한국"), 4U);
  EXPECT_EQ(display_width("\u1112\u1161\u11ab"), 2U) << "the first of these, in its letters";
  EXPECT_EQ(display_width("שָׁלוֹם"), 4U) << "Hebrew with points";
  EXPECT_EQ(display_width("ﾃｽﾄ"), 3U) << "half-width Katakana";
}

TEST(DisplayWidth, KnowsEmoji) {
  EXPECT_EQ(display_width("😀"), 2U);
  EXPECT_EQ(display_width("\U0001fae0"), 2U) << "of Unicode 14";
  EXPECT_EQ(display_width("⏳"), 2U) << "from the old block of symbols";
  EXPECT_EQ(display_width("✓"), 1U);
  EXPECT_EQ(display_width("\U0001f321"), 1U) << "a thermometer is a text unless it says otherwise";
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

}  // namespace
}  // namespace winnow::cli::text_table_test

#include <gmock/gmock.h>

#include <winnow/core/options.hpp>

namespace winnow::options_test {
namespace {

using ::testing::HasSubstr;

std::string message_of(const OptionReader& reader) {
  const auto done = reader.finish();
  return done ? "" : done.error().message;
}

TEST(OptionReader, ReadsNumbersWholeNumbersAndTexts) {
  const Value options = {{"rate", 2.5}, {"count", 3}, {"whole", 4.0}, {"word", "ray"}};
  OptionReader reader("asha", options);
  EXPECT_EQ(reader.number("rate"), 2.5);
  EXPECT_EQ(reader.number("count"), 3);
  EXPECT_EQ(reader.integer("count", 9), 3);
  EXPECT_EQ(reader.integer("whole", 9), 4);
  EXPECT_EQ(reader.text("word"), "ray");
  EXPECT_TRUE(reader.finish());
}

TEST(OptionReader, AbsentKeysGiveTheFallback) {
  for (const Value& options : {Value::object(), Value()}) {
    OptionReader reader("asha", options);
    EXPECT_FALSE(reader.number("max_t"));
    EXPECT_EQ(reader.integer("brackets", 7), 7);
    EXPECT_FALSE(reader.text("compat"));
    EXPECT_TRUE(reader.finish());
  }
}

TEST(OptionReader, NamesTheKeyAndWhatItGot) {
  const Value options = {{"max_t", "many"}, {"brackets", 1.5}};
  OptionReader first("asha", options);
  first.number("max_t");
  first.integer("brackets", 1);
  EXPECT_EQ(message_of(first), "max_t: must be a finite number, got \"many\"");
  OptionReader second("asha", options);
  second.integer("brackets", 1);
  EXPECT_EQ(message_of(second), "brackets: must be a whole number, got 1.5");
}

TEST(OptionReader, AWholeNumberTooLargeForIntIsRefused) {
  const Value options = {{"brackets", 1e12}};
  OptionReader reader("asha", options);
  EXPECT_EQ(reader.integer("brackets", 1), 1);
  EXPECT_THAT(message_of(reader), HasSubstr("brackets"));
}

TEST(OptionReader, AnUnknownKeySuggestsTheNearest) {
  const Value options = {{"grace_perod", 3}};
  OptionReader reader("asha", options);
  reader.number("grace_period");
  EXPECT_EQ(message_of(reader), "grace_perod: asha has no such option; did you mean grace_period?");
}

TEST(OptionReader, RefusesWhatIsNoObject) {
  const Value options = Value::array({1, 2});
  OptionReader reader("asha", options);
  EXPECT_FALSE(reader.number("max_t"));
  EXPECT_EQ(message_of(reader), "asha: options must be keys with values, got [1,2]");
}

}  // namespace
}  // namespace winnow::options_test

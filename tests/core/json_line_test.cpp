/// A line of JSON from a stranger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/core/json_line.hpp>

namespace winnow::json_line_test {
namespace {

std::string nested(int levels) {
  return R"({"loss":)" + std::string(static_cast<std::size_t>(levels) - 1, '[') +
         std::string(static_cast<std::size_t>(levels) - 1, ']') + "}";
}

TEST(JsonLine, IsReadToAHundredLevelsAndRefusedBeyond) {
  EXPECT_TRUE(parse_json_line(nested(100)));
  for (const int levels : {101, 1'000'000}) {
    const auto refused = parse_json_line(nested(levels));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "nested more than 100 levels deep");
  }
  EXPECT_TRUE(parse_json_line("{\"text\":\"" + std::string(1000, '[') + "\\\"" + std::string(1000, '{') + "\"}"));
}

TEST(LenientJsonLine, ReadsWhatLanguagesPrintForNumbersThatJsonHasnt) {
  const auto read =
      parse_lenient_json_line(R"({"a":NaN,"b":-nan,"c":inf,"d":-Infinity,"e":"nan, \"inf","f":[nan,1],"inf":2})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, Value::parse(R"({"a":"NaN","b":"NaN","c":"Infinity","d":"-Infinity","e":"nan, \"inf",)"
                                R"("f":["NaN",1],"inf":2})"));
  EXPECT_FALSE(parse_lenient_json_line(R"({"a":nano})"));
  EXPECT_FALSE(parse_json_line(R"({"a":NaN})"));
}

TEST(WholeNumber, IsOneHoweverItIsWritten) {
  EXPECT_EQ(whole_number(Value(3)), 3);
  EXPECT_EQ(whole_number(Value(-3)), -3);
  EXPECT_EQ(whole_number(Value::parse("3.0")), 3);
  EXPECT_EQ(whole_number(Value::parse("4e2")), 400);
  EXPECT_FALSE(whole_number(Value(0.5)).has_value());
  EXPECT_FALSE(whole_number(Value("3")).has_value());
  EXPECT_FALSE(whole_number(Value(true)).has_value());
  EXPECT_FALSE(whole_number(Value::parse("18446744073709551615")).has_value());
  EXPECT_FALSE(whole_number(Value::parse("1e300")).has_value());
}

}  // namespace
}  // namespace winnow::json_line_test

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

}  // namespace
}  // namespace winnow::json_line_test

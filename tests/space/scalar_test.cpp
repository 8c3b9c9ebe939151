#include <gtest/gtest.h>

#include <cmath>
#include <winnow/space/document.hpp>

namespace winnow::scalar_test {
namespace {

/// The value as JSON text: `1` and `1.0` differ, and so do `true` and `"true"`.
std::string resolved(std::string_view text) {
  return resolve_scalar(text).dump();
}

struct Row {
  std::string text, json;
};

TEST(ResolveScalar, FollowsYaml11AsPyYamlReadsIt) {
  const std::vector<Row> table = {
      {"~", "null"},
      {"", "null"},
      {"null", "null"},
      {"Null", "null"},
      {"NULL", "null"},
      {"nULL", "\"nULL\""},
      {"None", "\"None\""},
      {"yes", "true"},
      {"Yes", "true"},
      {"YES", "true"},
      {"yEs", "\"yEs\""},
      {"no", "false"},
      {"NO", "false"},
      {"on", "true"},
      {"On", "true"},
      {"off", "false"},
      {"OFF", "false"},
      {"true", "true"},
      {"True", "true"},
      {"FALSE", "false"},
      {"y", "\"y\""},
      {"n", "\"n\""},
      // integers
      {"0", "0"},
      {"12", "12"},
      {"-12", "-12"},
      {"+12", "12"},
      {"1_000", "1000"},
      {"0x1F", "31"},
      {"-0x1f", "-31"},
      {"0b101", "5"},
      {"010", "8"},
      {"08", "\"08\""},
      {"0o17", "\"0o17\""},
      {"_1", "\"_1\""},
      {"1:30", "90"},
      {"-1:30", "-90"},
      {"1:2:3", "3723"},
      {"1:60", "\"1:60\""},
      {"1:", "\"1:\""},
      {"--1", "\"--1\""},
      {"9223372036854775807", "9223372036854775807"},
      {"-9223372036854775808", "-9223372036854775808"},
      {"18446744073709551615", "18446744073709551615"},
      {"18446744073709551616", "1.8446744073709552e+19"},
      // reals: PyYAML's, and those that it takes for texts
      {"1.0", "1.0"},
      {"2.", "2.0"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"+.5", "0.5"},
      {"1e5", "100000.0"},
      {"1e-4", "0.0001"},
      {"-1e-3", "-0.001"},
      {"1E+2", "100.0"},
      {"1.5e3", "1500.0"},
      {"1.e2", "100.0"},
      {"1_0.5", "10.5"},
      {"08.5", "8.5"},
      {"1:30.5", "90.5"},
      {"0.1", "0.1"},
      {"1e", "\"1e\""},
      {".", "\".\""},
      {"..", "\"..\""},
      {"1.2.3", "\"1.2.3\""},
      {"e5", "\"e5\""},
      {".e5", "\".e5\""},
      {"1e5x", "\"1e5x\""},
      {"1 000", "\"1 000\""},
      {"+", "\"+\""},
      {"-", "\"-\""},
      {"1e999", "\"1e999\""},
      {"nan", "\"nan\""},
      {"inf", "\"inf\""},
      {"5e-324", "5e-324"},
      {"2024-01-01", "\"2024-01-01\""},
      {"0x", "\"0x\""},
      {"0x_", "\"0x_\""},
  };
  for (const Row& row : table) EXPECT_EQ(resolved(row.text), row.json) << row.text;
}

TEST(ResolveScalar, KnowsNonFiniteNumbers) {
  EXPECT_TRUE(std::isnan(resolve_scalar(".nan").get<double>()));
  EXPECT_EQ(resolve_scalar(".inf"), Value(HUGE_VAL));
  EXPECT_EQ(resolve_scalar("-.INF"), Value(-HUGE_VAL));
}

}  // namespace
}  // namespace winnow::scalar_test

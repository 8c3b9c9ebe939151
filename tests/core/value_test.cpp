#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <limits>
#include <winnow/core/random.hpp>
#include <winnow/core/value.hpp>

namespace winnow::value_test {
namespace {

constexpr int kPatterns = 1'000'000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

TEST(Doubles, AMillionRandomBitPatternsSurviveText) {
  Rng rng = keyed_rng(1, 0, "bits");
  for (int i = 0; i < kPatterns; ++i) {
    const auto value = std::bit_cast<double>(static_cast<std::uint64_t>(rng()));
    const auto read = parse_double(format_double(value));
    ASSERT_TRUE(read);
    ASSERT_TRUE(same_bits(*read, value) || (std::isnan(*read) && std::isnan(value))) << format_double(value);
  }
}

TEST(Doubles, AMillionRandomBitPatternsSurviveJson) {
  Rng rng = keyed_rng(2, 0, "bits");
  for (int i = 0; i < kPatterns; ++i) {
    const auto value = std::bit_cast<double>(static_cast<std::uint64_t>(rng()));
    const auto read = number_from_json(Value::parse(number_to_json(value).dump()));
    ASSERT_TRUE(read);
    ASSERT_TRUE(same_bits(*read, value) || (std::isnan(*read) && std::isnan(value))) << format_double(value);
  }
}

TEST(Doubles, AMillionUniformDoublesSurviveJson) {
  Rng rng = keyed_rng(3, 0, "uniform");
  for (int i = 0; i < kPatterns; ++i) {
    const double value = uniform01(rng);
    ASSERT_TRUE(same_bits(Value::parse(Value(value).dump()).get<double>(), value)) << format_double(value);
  }
}

TEST(Doubles, ArePrintedInTheFewestDigits) {
  EXPECT_EQ(format_double(0.1), "0.1");
  EXPECT_EQ(format_double(27), "27");
  EXPECT_EQ(format_double(1e-5), "1e-05");
  EXPECT_EQ(format_double(-0.0), "-0");
  EXPECT_EQ(format_double(kNan), "NaN");
  EXPECT_EQ(format_double(-kInfinity), "-Infinity");
}

TEST(ParseDouble, TakesNonFiniteWordsInAnyCase) {
  EXPECT_TRUE(std::isnan(parse_double("nan").value()));
  EXPECT_EQ(parse_double("INF").value(), kInfinity);
  EXPECT_EQ(parse_double("+Infinity").value(), kInfinity);
  EXPECT_EQ(parse_double("-infinity").value(), -kInfinity);
}

TEST(ParseDouble, RefusesWhatIsNotANumberAsAWhole) {
  for (const char* text : {"", "+", "++1", " 1", "1 ", "1,5", "0x10", "1e", "one"}) {
    const auto read = parse_double(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::invalid_input);
    EXPECT_THAT(read.error().message, ::testing::HasSubstr(text));
  }
}

TEST(NumberToJson, WritesTextsForNonFiniteValues) {
  EXPECT_EQ(number_to_json(kNan).dump(), "\"NaN\"");
  EXPECT_EQ(number_to_json(kInfinity).dump(), "\"Infinity\"");
  EXPECT_EQ(number_to_json(-kInfinity).dump(), "\"-Infinity\"");
  EXPECT_EQ(number_to_json(0.5).dump(), "0.5");
}

TEST(NumberFromJson, TakesNumbersNullAndTheTexts) {
  EXPECT_EQ(number_from_json(3).value(), 3);
  EXPECT_EQ(number_from_json("-Infinity").value(), -kInfinity);
  EXPECT_TRUE(std::isnan(number_from_json(nullptr).value()));
  EXPECT_TRUE(std::isnan(number_from_json("NaN").value()));
}

TEST(NumberFromJson, RefusesOtherValuesAndShowsThem) {
  for (const Value& value : {Value("0.5"), Value(true), Value::array({1})}) {
    const auto read = number_from_json(value);
    ASSERT_FALSE(read) << value;
    EXPECT_EQ(read.error().code, errc::invalid_input);
    EXPECT_THAT(read.error().message, ::testing::HasSubstr(value.dump()));
  }
}

}  // namespace
}  // namespace winnow::value_test

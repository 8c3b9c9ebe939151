#include <winnow/trainers/program/python_text.hpp>

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "../temp_dir.hpp"

namespace winnow::program::python_text_test {
namespace {

std::string str(const char* json) {
  return python_str(OrderedJson::parse(json));
}

/// The lines that a Python script prints, given a file.
std::vector<std::string> python(const std::string& script, const std::string& input) {
  const test::TempDir folder;
  const auto file = folder / "input";
  std::ofstream(file, std::ios::binary) << input;
  FILE* pipe = ::popen(("python3 -c '" + script + "' " + file.string()).c_str(), "r");
  std::string text;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  EXPECT_EQ(::pclose(pipe), 0);
  std::vector<std::string> lines;
  std::size_t at = 0;
  for (std::size_t end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    lines.push_back(text.substr(at, end - at));
  }
  return lines;
}

TEST(PythonText, SpellsValuesAsStrDoes) {
  EXPECT_EQ(str("true"), "True");
  EXPECT_EQ(str("false"), "False");
  EXPECT_EQ(str("null"), "None");
  EXPECT_EQ(str("7"), "7");
  EXPECT_EQ(str("18446744073709551615"), "18446744073709551615");
  EXPECT_EQ(str("3.0"), "3.0");
  EXPECT_EQ(str("0.00001"), "1e-05");
  EXPECT_EQ(str("0.0001"), "0.0001");
  EXPECT_EQ(str("1e16"), "1e+16");
  EXPECT_EQ(str("1e15"), "1000000000000000.0");
  EXPECT_EQ(str("100000.0"), "100000.0");
  EXPECT_EQ(str("-0.0"), "-0.0");
  EXPECT_EQ(str("1.5e300"), "1.5e+300");
  EXPECT_EQ(python_repr(std::nan("")), "nan");
  EXPECT_EQ(python_repr(-INFINITY), "-inf");
}

TEST(PythonText, LeavesATextAsItIsAndQuotesItWithinAList) {
  EXPECT_EQ(str(R"("adam w")"), "adam w");
  EXPECT_EQ(str(R"(["a", "b", 1, null])"), "['a', 'b', 1, None]");
  EXPECT_EQ(str(R"({"lr": 0.001, "nested": {"b": [true]}})"), "{'lr': 0.001, 'nested': {'b': [True]}}");
  EXPECT_EQ(str(R"(["it's", "\"", "both ' and \"", "back\\slash", "tab\t"])"),
            R"(["it's", '"', 'both \' and "', 'back\\slash', 'tab\t'])");
  EXPECT_EQ(str("[]"), "[]");
  EXPECT_EQ(str("{}"), "{}");
}

TEST(PythonText, SpellsAHundredThousandDoublesAsPythonDoes) {
  std::mt19937_64 random(20260101);
  std::vector<double> values;
  std::string bits;
  while (values.size() < 100'000) {
    // Half of them of any magnitude, half of those that hyperparameters have.
    const std::uint64_t any = random();
    double value = std::bit_cast<double>(any);
    if (values.size() % 2 == 1)
      value = std::ldexp(static_cast<double>(random() >> 11), -53 - static_cast<int>(any % 30));
    if (values.size() % 20 == 1) value = std::round(value * 1e6) / 1e5;
    values.push_back(value);
    const auto pattern = std::bit_cast<std::uint64_t>(value);
    bits.append(reinterpret_cast<const char*>(&pattern), sizeof pattern);
  }
  const auto lines = python(
      "import sys, array; a = array.array(\"d\", open(sys.argv[1], \"rb\").read())\n"
      "print(*map(repr, a), sep=\"\\n\")",
      bits);
  ASSERT_EQ(lines.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(python_repr(values[i]), lines[i]) << i;
}

void append_utf8(std::string& text, char32_t code) {
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xC0 | code >> 6);
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    text += static_cast<char>(0xE0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    text += static_cast<char>(0xF0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3F));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    text += static_cast<char>(0x80 | (code & 0x3F));
  }
}

TEST(PythonText, QuotesRandomTextsAsPythonDoes) {
  // Blocks that are the same in every Unicode from 14 on, so that the Python at hand may be a newer one.
  const std::vector<std::pair<char32_t, char32_t>> blocks = {
      {0, 0x7F},        {0x20, 0x2F},     {0x80, 0x24F},    {0x2000, 0x206F},   {0x3000, 0x303F},
      {0x4E00, 0x4FFF}, {0xE000, 0xE0FF}, {0xFFF0, 0xFFFF}, {0x1F600, 0x1F64F}, {0xE0000, 0xE007F}};
  std::mt19937_64 random(7);
  std::vector<std::string> texts;
  std::string file;
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (std::size_t length = random() % 12; length > 0; --length) {
      const auto [first, last] = blocks[random() % blocks.size()];
      append_utf8(text, first + static_cast<char32_t>(random() % (last - first + 1)));
    }
    file += OrderedJson(text).dump() + "\n";
    texts.push_back(std::move(text));
  }
  const auto lines = python(
      "import sys, json\n"
      "sys.stdout.reconfigure(encoding=\"utf-8\")\n"
      "for line in open(sys.argv[1], encoding=\"utf-8\", newline=\"\\n\"): print(repr(json.loads(line)))",
      file);
  ASSERT_EQ(lines.size(), texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) ASSERT_EQ(python_repr(std::string_view(texts[i])), lines[i]) << i;
}

TEST(PythonText, ShowsBytesThatAreNoText) {
  EXPECT_EQ(python_repr(std::string_view("a\xff\xc0z")), R"('a\xff\xc0z')");
}

}  // namespace
}  // namespace winnow::program::python_text_test

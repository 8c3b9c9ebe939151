#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <winnow/core/random.hpp>
#include <winnow/space/dialects/expression/expression.hpp>

namespace winnow::expression::expression_test {
namespace {

const std::filesystem::path kValues =
    std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/dialects/expression/values.tsv";

Parsed<Value> value_of(std::string_view text) {
  return parse(text).and_then([](const Expression& expression) { return to_value(expression); });
}

/// `offset: what`
std::string refusal(std::string_view text) {
  const auto value = value_of(text);
  return value ? "read as " + value->dump() : std::to_string(value.error().offset) + ": " + value.error().what;
}

TEST(ExpressionValues, ArePythons) {
  std::ifstream table(kValues);
  int rows = 0;
  for (std::string line; std::getline(table, line); ++rows) {
    const auto tab = line.find('\t');
    const std::string text = line.substr(0, tab);
    const std::string result = line.substr(tab + 1);
    const auto value = value_of(text);
    if (result == "refused") {
      // Integers beyond 64 bits on the way may still be a float in the end, for Python.
      EXPECT_FALSE(value) << text << " is " << value->dump();
      continue;
    }
    const Value expected = Value::parse(result);
    if (!value) {
      // Python's integers have no end; ours are refused where a step on the way is beyond 64 bits, never wrong.
      EXPECT_TRUE(value.error().what.find("64 bits") != std::string::npos ||
                  value.error().what.find("2**53") != std::string::npos)
          << text << ": " << value.error().what;
      continue;
    }
    EXPECT_EQ(value->dump(), expected.dump()) << text;
    EXPECT_EQ(value->is_number_float(), expected.is_number_float()) << text;
  }
  EXPECT_GE(rows, 800);
}

/// A file of expressions and what Python made of them; the last digit of a power may be another.
void expect_listings(const std::string& file) {
  std::ifstream table(kValues.parent_path() / file);
  int rows = 0;
  for (std::string line; std::getline(table, line); ++rows) {
    const auto tab = line.find('\t');
    const std::string text = line.substr(0, tab);
    const auto value = value_of(text);
    if (line.substr(tab + 1) == "refused") {
      EXPECT_FALSE(value) << text << " is " << value->dump();
      continue;
    }
    ASSERT_TRUE(value) << text << ": " << value.error().what;
    const Value expected = Value::parse(line.substr(tab + 1));
    if (value->dump() == expected.dump()) continue;
    ASSERT_TRUE(value->is_array() && value->size() == expected.size()) << text << " is " << value->dump();
    for (std::size_t i = 0; i < expected.size(); ++i) {
      ASSERT_TRUE((*value)[i].is_number_float() && expected[i].is_number_float()) << text << " is " << value->dump();
      EXPECT_DOUBLE_EQ((*value)[i].get<double>(), expected[i].get<double>()) << text;
    }
  }
  EXPECT_GT(rows, 40);
}

TEST(ExpressionValues, OfWhatSpacesAreMadeOfArePythons) {
  expect_listings("listings.tsv");
}

TEST(ExpressionValues, OfListingsByNumpyAreNumpys) {
  expect_listings("numpy.tsv");
}

TEST(ExpressionValues, ComeBackFromPythonsSpelling) {
  const Value values = {nullptr,
                        true,
                        false,
                        0,
                        -1,
                        1.0,
                        1e-5,
                        0.0001,
                        1e16,
                        123456789012345680.0,
                        -0.0,
                        5e-324,
                        std::numeric_limits<std::int64_t>::min(),
                        std::numeric_limits<std::uint64_t>::max(),
                        "",
                        "it's",
                        "\"",
                        "'\"",
                        "a\\b\n\t\r\x01é",
                        Value::array({1, Value::array()}),
                        Value{{"k", 1.5}, {"it's", nullptr}},
                        Value::object()};
  for (const Value& value : values) {
    const auto again = value_of(to_python(value));
    ASSERT_TRUE(again) << to_python(value) << ": " << again.error().what;
    EXPECT_EQ(again->dump(), value.dump());
  }
}

TEST(ExpressionValues, AtTheEndsOf64BitsArePythons) {
  EXPECT_EQ(value_of("-9223372036854775807 % 1000"), Value(193));
  EXPECT_EQ(value_of("-9223372036854775807 // 1000"), Value(-9223372036854776));
  EXPECT_EQ(value_of("-9223372036854775808 % -1"), Value(0));
  EXPECT_EQ(refusal("-9223372036854775808 // -1"), "21: the result is beyond 64 bits");
}

TEST(ExpressionSpelling, IsThatOfRepr) {
  EXPECT_EQ(to_python(Value{1.0, 1e-05, 0.0001, 1e16, 1e15, 1e22, 0.1, -0.0}),
            "[1.0, 1e-05, 0.0001, 1e+16, 1000000000000000.0, 1e+22, 0.1, -0.0]");
  EXPECT_EQ(to_python(Value{nullptr, true, "it's", "a'\"b", "\n"}), R"([None, True, "it's", 'a\'"b', '\n'])");
}

TEST(ExpressionOfACall, HoldsItsArguments) {
  const auto call = parse(" tune.quniform( 0, upper=1.5 , q=1/4,) ");
  ASSERT_TRUE(call) << call.error().what;
  EXPECT_EQ(call->kind, Expression::Kind::call);
  EXPECT_EQ(call->name, "tune.quniform");
  EXPECT_EQ(call->offset, 1U);
  ASSERT_EQ(call->items.size(), 1U);
  ASSERT_EQ(call->named.size(), 2U);
  EXPECT_EQ(call->named[1].name, "q");
  EXPECT_EQ(call->named[1].value.value, 0.25);
}

TEST(ExpressionOfACall, IsToldFromATextByItsBracket) {
  EXPECT_EQ(called_name("tune.uniform(0, 1)"), "tune.uniform");
  EXPECT_EQ(called_name("  f()"), "f");
  EXPECT_EQ(called_name("choice (of mine)"), "");
  EXPECT_EQ(called_name("adam"), "");
  EXPECT_EQ(called_name("(1)"), "");
}

TEST(ExpressionProblem, SaysWhereAndWhy) {
  EXPECT_EQ(refusal(""), "0: the text ends where a value is expected");
  EXPECT_EQ(refusal("[1, 2"), "5: the text ends where ',' or ']' is expected");
  EXPECT_EQ(refusal("[1; 2]"), "2: expected ',' or ']', found ';'");
  EXPECT_EQ(refusal("(1 é)"), "3: expected ',' or ')', found 'é'");
  EXPECT_EQ(refusal("1 2"), "2: expected the end, found '2'");
  EXPECT_EQ(refusal("lambda: 1"), "0: a lambda is Python code, and nothing is run here; write the values themselves");
  EXPECT_EQ(refusal("[i for i in x]"),
            "12: 'x' is a name of the Python code, unknown here; write its value (a text goes in quotes)");
  EXPECT_EQ(refusal("[1][1]"), "3: there are 1 elements only");
  EXPECT_EQ(refusal("np.random.rand(2)"),
            "0: np.random.rand(…) is Python code, and nothing is run here; write the value itself");
  EXPECT_EQ(refusal("[adam]"),
            "1: 'adam' is a name of the Python code, unknown here; write its value (a text goes in quotes)");
  EXPECT_EQ(refusal("b'a'"), "0: bytes aren't read; write a text, without the b");
  EXPECT_EQ(refusal("'''a"), "0: the quote ' isn't closed");
  EXPECT_EQ(refusal("'a"), "0: the quote ' isn't closed");
  EXPECT_EQ(refusal("'\\xg1'"), "1: this escape stands for no character");
  EXPECT_EQ(refusal("'\\ud800'"), "1: this escape stands for no character");
  EXPECT_EQ(refusal("012"), "0: '012' is no number: a leading 0 has no place in it");
  EXPECT_EQ(refusal("1e"), "0: '1e' is no number");
  EXPECT_EQ(refusal("2j"), "0: '2j' is no number");
  EXPECT_EQ(refusal("1_"), "0: '1_' is no number");
  EXPECT_EQ(refusal("1e999"), "0: 1e999 is beyond a double's range");
  EXPECT_EQ(refusal("18446744073709551616"), "0: this integer is beyond 64 bits");
  EXPECT_EQ(refusal("2**64"), "1: the result is beyond 64 bits");
  EXPECT_EQ(refusal("1/0"), "1: division by zero");
  EXPECT_EQ(refusal("-range(3)"), "0: a minus sign is for numbers only");
  EXPECT_EQ(refusal("[2**i for i in x]"),
            "15: 'x' is a name of the Python code, unknown here; write its value (a text goes in quotes)");
  EXPECT_EQ(refusal("'a' - 'b'"), "4: arithmetic is for numbers only");
  EXPECT_EQ(refusal("(-8)**0.5"), "4: a negative number has no such power");
  EXPECT_EQ(refusal("{1: 2}"), "1: a key must be a text in quotes");
  EXPECT_EQ(refusal("{'a': 1, 'a': 2}"), "9: the key 'a' is given twice");
  EXPECT_EQ(refusal("range(0, 10, 0)"), "0: a range's step must not be 0");
  EXPECT_EQ(refusal("list(range(10**9))"), "5: a range of over 1000000 values");
  EXPECT_EQ(refusal("f(a=1, 2)"), "7: an argument without a name stands behind one with a name");
  EXPECT_EQ(refusal("f(a=1, a=2)"), "7: the argument 'a' is given twice");
  EXPECT_EQ(refusal("f(*x)"), "2: expected a value, found '*'");
  EXPECT_EQ(refusal("1 if x else 2"),
            "5: 'x' is a name of the Python code, unknown here; write its value (a text goes in quotes)");
}

TEST(ExpressionProblem, IsWhatWouldTakeTooLong) {
  const std::string what = "this comes to more than a million values or steps; write fewer";
  EXPECT_EQ(refusal("[i * j for i in range(10000) for j in range(10000)]"), "0: " + what);
  EXPECT_EQ(refusal("[0] * 10 ** 9"), "4: " + what);
  EXPECT_EQ(refusal("'ab' * 10 ** 12"), "5: " + what);
  EXPECT_EQ(refusal("list(range(10 ** 9))"), "5: a range of over 1000000 values");
  EXPECT_EQ(refusal("np.linspace(0, 1, 10 ** 9)"), "0: num must be from 0 to 1000000");
  EXPECT_EQ(refusal("np.arange(0, 1, 1e-9)"), "0: a listing of over 1000000 values");
  EXPECT_EQ(refusal("list(itertools.product(range(1000), repeat=4))"), "5: " + what);
}

TEST(ExpressionProblem, OfDeepNestingIsOneToo) {
  EXPECT_EQ(refusal(std::string(100'000, '[')), "50: nested more than 50 levels deep");
  std::string sum = "1";
  for (int i = 0; i < 100'000; ++i) sum += "+1";
  EXPECT_EQ(refusal(sum), "0: more than 300 operators in a row");
  EXPECT_EQ(refusal(std::string(100'000, '-')), "50: nested more than 50 levels deep");
}

TEST(ExpressionProblem, OfAMangledTextPointsIntoIt) {
  const std::vector<std::string> texts = {"tune.quniform(0, upper=1.5, q=1/4,)",
                                          "f({'a': [1, (2,), None]}, 'it\\'s \\x41')",
                                          "-2**-1 // 3 % .5e-3",
                                          "list(range(0x1F, 1_000, -7))",
                                          "'\\u00e9é' + 10**20",
                                          "[f'{2 ** i:03d}' for i in range(3) if i not in (1,)][:-1]",
                                          "{**{'a': 1}, 'b': np.arange(3)[0] if 1 < 2 else len('x' 'y')}"};
  constexpr std::string_view kBytes = "()[]{}'\"\\,.:=+-*/%_ \n019eExujf\xc3";
  Rng rng = keyed_rng(6, 0, "expression_test");
  int refused = 0;
  for (int i = 0; i < 50'000; ++i) {
    std::string text = texts[rng(static_cast<std::uint32_t>(texts.size()))];
    for (std::uint64_t edits = 1 + rng(4); edits > 0; --edits) {
      const std::size_t at = rng(text.size() + 1);
      const char byte = kBytes[rng(kBytes.size())];
      switch (rng(3)) {
        case 0: text.insert(at, 1, byte); break;
        case 1: text.erase(at, 1 + rng(3)); break;
        default:
          if (at < text.size()) text[at] = byte;
      }
    }
    const auto value = value_of(text);
    if (value) continue;
    ++refused;
    ASSERT_LE(value.error().offset, text.size()) << text;
    ASSERT_FALSE(value.error().what.empty()) << text;
  }
  EXPECT_GT(refused, 10'000);
}

constexpr std::array<Formal, 3> kFormals = {Formal{"low"}, Formal{"high"}, Formal{"step", false, true}};

std::string misbound(std::string_view text) {
  const auto call = parse(text);
  if (!call) return call.error().what;
  const auto bound = bind_arguments(*call, kFormals);
  return bound ? "bound" : std::to_string(bound.error().offset) + ": " + bound.error().what;
}

TEST(ExpressionArguments, AreBoundAsPythonDoes) {
  const auto call = parse("f(1, step=3, high=2)");
  const auto bound = bind_arguments(*call, kFormals);
  ASSERT_TRUE(bound);
  EXPECT_EQ(bound->at("low")->value, 1);
  EXPECT_EQ(bound->at("high")->value, 2);
  EXPECT_EQ(bound->at("step")->value, 3);
}

TEST(ExpressionArguments, ThatDontFitAreNamed) {
  EXPECT_EQ(misbound("f(1)"), "0: f needs high (it takes: low, high, step)");
  EXPECT_EQ(misbound("f(1, 2, 3)"), "8: f takes step by its name only: step=…");
  EXPECT_EQ(misbound("f(1, 2, low=3)"), "8: the argument 'low' is given twice");
  EXPECT_EQ(misbound("x.f(1, hihg=2)"), "7: unknown argument 'hihg'; did you mean high? (f takes: low, high, step)");
}

TEST(ExpressionPosition, CountsCharactersAndTheQuote) {
  const auto document = parse_document("a: é(1, ]\nb: 'é(1, ]'\nc: |\n  f(\n  ]\n", "f.yaml");
  ASSERT_TRUE(document) << document.error().message;
  const std::size_t offset = std::string("é(1, ").size();
  EXPECT_EQ(position_in(*document->root.find("a"), offset), (Position{1, 9}));
  EXPECT_EQ(position_in(*document->root.find("b"), offset), (Position{2, 10}));
  EXPECT_EQ(position_in(*document->root.find("c"), 4), document->root.find("c")->position);
}

}  // namespace
}  // namespace winnow::expression::expression_test

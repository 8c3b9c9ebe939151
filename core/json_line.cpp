#include <winnow/core/json_line.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace winnow {
namespace {

/// As in a sweep file. Whoever walks or prints a value may do so by recursion.
constexpr int kDeepest = 100;
constexpr std::size_t kLongest = 200;  ///< bytes of the parser's message, which quotes what it read

/// `[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing …`
std::string what_is_wrong(std::string what) {
  for (const std::string_view lead : {"syntax error ", "parse error: ", "] "}) {
    const auto at = what.find(lead);
    if (at == std::string::npos) continue;
    what.erase(0, at + lead.size());
    break;
  }
  if (what.size() > kLongest) what = what.substr(0, kLongest) + "…";
  return "not valid JSON: " + what;
}

/// The names of the objects that are open.
class Names {
public:
  void begin() { open_.emplace_back(); }
  void add(const std::string& name) { open_.back().push_back(name); }
  void end() {
    auto& names = open_.back();
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) twice_ = *twice;
    open_.pop_back();
  }
  [[nodiscard]] const std::optional<std::string>& twice() const { return twice_; }

private:
  std::vector<std::vector<std::string>> open_;
  std::optional<std::string> twice_;
};

/// Recursive: for values at most `kDeepest` levels deep.
std::size_t members_in(const Value& value) {
  if (!value.is_structured()) return 0;
  std::size_t count = value.is_object() ? value.size() : 0;
  for (const Value& element : value) count += members_in(element);
  return count;
}

/// What stands outside of texts, before anything is parsed.
struct Marks {
  std::size_t colons = 0;  ///< one for each member of an object
  int deepest = 0;         ///< levels of arrays and objects within each other
};

Marks marks_of(std::string_view line) {
  Marks marks;
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') in_text = !in_text;
    if (in_text) {
      if (c == '\\') ++i;
      continue;
    }
    if (c == ':') ++marks.colons;
    if (c == '[' || c == '{') marks.deepest = std::max(marks.deepest, ++depth);
    if (c == ']' || c == '}') --depth;
  }
  return marks;
}

/// What is wrong, at length.
Error examined(std::string_view line) {
  Names names;
  const auto look = [&](int, Value::parse_event_t event, const Value& parsed) {
    if (event == Value::parse_event_t::key) names.add(parsed.get_ref<const std::string&>());
    if (event == Value::parse_event_t::object_start) names.begin();
    if (event == Value::parse_event_t::object_end) names.end();
    return true;
  };
  try {
    [[maybe_unused]] const Value parsed = Value::parse(line, look);
  } catch (const Value::exception& error) {
    return {errc::invalid_input, what_is_wrong(error.what())};
  }
  return {errc::invalid_input, "'" + names.twice().value_or("") + "' stands twice in one object"};
}

}  // namespace

Result<Value> parse_json_line(std::string_view line) {
  const Marks marks = marks_of(line);
  if (marks.deepest > kDeepest) {
    return fail(errc::invalid_input, "nested more than " + std::to_string(kDeepest) + " levels deep");
  }
  Value value = Value::parse(line, nullptr, false);
  // Of a name that stands twice the parser keeps one.
  if (!value.is_discarded() && members_in(value) == marks.colons) return value;
  return fail(examined(line));
}

namespace {

struct Spelled {
  std::string_view word;
  std::string_view means;
};
/// Longer ones before those that they begin with.
constexpr std::array kSpelled = {Spelled{"-NaN", "NaN"},
                                 Spelled{"NaN", "NaN"},
                                 Spelled{"-nan", "NaN"},
                                 Spelled{"nan", "NaN"},
                                 Spelled{"-Infinity", "-Infinity"},
                                 Spelled{"Infinity", "Infinity"},
                                 Spelled{"-inf", "-Infinity"},
                                 Spelled{"inf", "Infinity"}};

std::string with_quoted_words(std::string_view line) {
  std::string text;
  bool in_text = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') in_text = !in_text;
    if (in_text && line[i] == '\\' && i + 1 < line.size()) text += line[i++];
    const auto* found =
        in_text ? kSpelled.end() : std::find_if(kSpelled.begin(), kSpelled.end(), [&](const Spelled& one) {
          return line.substr(i).starts_with(one.word);
        });
    if (found == kSpelled.end()) {
      text += line[i];
    } else {
      text.append("\"").append(found->means).append("\"");
      i += found->word.size() - 1;
    }
  }
  return text;
}

}  // namespace

Result<Value> parse_lenient_json_line(std::string_view text) {
  auto line = parse_json_line(text);
  if (line) return line;
  const std::string quoted = with_quoted_words(text);
  return quoted == text ? line : parse_json_line(quoted);
}

std::optional<std::int64_t> whole_number(const Value& value) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > kLargest) return std::nullopt;
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  const double number = value.get<double>();
  if (std::abs(number) > kExact || number != std::trunc(number)) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

}  // namespace winnow

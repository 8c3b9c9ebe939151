/// Python, or YAML? Both start alike; what can be either is YAML, unless calls stand in it.
#include <algorithm>
#include <array>

#include <winnow/space/dialects/expression/cursor.hpp>
#include <winnow/space/dialects/expression/evaluate.hpp>
#include <winnow/space/dialects/python.hpp>

namespace winnow::python {
namespace {

using expression::Cursor;
using expression::Syntax;

/// How only code starts.
constexpr std::array<std::string_view, 7> kCode = {"import", "from", "def", "class", "async", "with", "try"};
/// How a call in a space starts, for a text that isn't whole.
constexpr std::array<std::string_view, 6> kCalls = {"tune.", "trial.suggest_", "suggest_", "Distribution(",
                                                    "np.",   "dict("};

bool has_call(const Syntax& syntax) {
  const auto any = [](const auto& parts) { return std::any_of(parts.begin(), parts.end(), has_call); };
  if (syntax.kind == Syntax::Kind::call || syntax.kind == Syntax::Kind::comprehension ||
      syntax.kind == Syntax::Kind::lambda)
    return true;
  return any(syntax.parts) || std::any_of(syntax.keywords.begin(), syntax.keywords.end(),
                                          [](const auto& keyword) { return has_call(keyword.value); });
}

bool is_quoted(const Syntax& key) {
  return key.kind == Syntax::Kind::format || key.kind == Syntax::Kind::starred;
}

/// In a file of JSON's name only calls make Python of it: without them JSON's own message says more.
/// `{"lr": tune.uniform(0, 1)}` is Python; `{lr: tune.uniform(0, 1)}`, whose key would be a name there, is YAML.
bool is_python_dict(const Syntax& dict, bool is_named_json) {
  for (std::size_t i = 0; i < dict.parts.size(); i += 2) {
    if (!is_quoted(dict.parts[i])) return false;
  }
  if (has_call(dict) || is_named_json) return has_call(dict);
  expression::Budget budget;
  const auto value = expression::evaluate(dict, {}, budget);
  return value && expression::to_value(*value);
}

bool are_calls(const std::vector<Syntax>& items) {
  return !items.empty() &&
         std::all_of(items.begin(), items.end(), [](const Syntax& item) { return item.kind == Syntax::Kind::call; });
}

bool is_bracketed_python(std::string_view text, std::size_t at, bool is_named_json) {
  const auto syntax = expression::parse_syntax(text, at);
  if (syntax) {
    if (syntax->kind == Syntax::Kind::dict) return is_python_dict(*syntax, is_named_json);
    if (syntax->kind == Syntax::Kind::list || syntax->kind == Syntax::Kind::set) return are_calls(syntax->parts);
    return syntax->kind == Syntax::Kind::binary && !is_named_json;
  }
  // Neither whole Python nor, perhaps, YAML: whose mistake it is, its first key and its calls say.
  Cursor cursor(text, at + 1);
  cursor.skip_space();
  if (cursor.here() != '"' && cursor.here() != '\'') return false;
  return std::any_of(kCalls.begin(), kCalls.end(),
                     [&](std::string_view call) { return text.find(call, at) != std::string_view::npos; });
}

/// `name = …`, `name: dict = {…}`, `dict(…)`, `trial.suggest_float(…)`
bool starts_statement(std::string_view text, std::size_t at) {
  const std::string_view line = text.substr(at, text.find('\n', at) - at);
  std::size_t end = 0;
  while (end < line.size() &&
         (expression::is_letter(line[end]) || expression::is_digit(line[end]) || line[end] == '.')) {
    ++end;
  }
  if (end < line.size() && line[end] == '(') return true;
  const std::size_t next = line.find_first_not_of(" \t", end);
  if (next == std::string_view::npos) return false;
  if (line[next] == '=') return !line.substr(next).starts_with("==");
  if (line[next] != ':') return false;
  // An annotation is a type, and no more, before the equals sign.
  const std::size_t equals = line.find('=', next);
  if (equals == std::string_view::npos) return false;
  const std::string_view type = line.substr(next + 1, equals - next - 1);
  const bool is_type = std::all_of(type.begin(), type.end(), [](char c) {
    return expression::is_letter(c) || expression::is_digit(c) ||
           std::string_view(" .,[]").find(c) != std::string_view::npos;
  });
  const std::string_view value = line.substr(std::min(line.find_first_not_of(' ', equals + 1), line.size()));
  const bool is_literal = value.starts_with('{') || value.starts_with('[') || value.starts_with("dict(");
  return is_type && is_literal && type.find_first_not_of(' ') != std::string_view::npos;
}

}  // namespace

bool is_python(std::string_view text, std::string_view file) {
  if (file.ends_with(".py")) return true;
  if (text.starts_with("#!") && text.substr(0, text.find('\n')).find("python") != std::string_view::npos) return true;
  Cursor cursor(text, 0);
  const std::size_t at = cursor.place();
  if (cursor.sees("\"\"\"") || cursor.sees("'''") || cursor.sees("@")) return true;
  if (cursor.sees("{") || cursor.sees("["))
    return !Value::accept(text) && is_bracketed_python(text, at, file.ends_with(".json"));
  const std::string_view word = cursor.word();
  if (word.empty()) return false;
  const bool blank = cursor.here() == ' ' || cursor.here() == '\t';
  if (blank && std::find(kCode.begin(), kCode.end(), word) != kCode.end()) return true;
  return starts_statement(text, at);
}

}  // namespace winnow::python

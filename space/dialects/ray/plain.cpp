#include <winnow/space/dialects/ray/plain.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/expression/syntax.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/space/dialects/ray/functions.hpp>

namespace winnow::ray {
namespace {

using expression::Syntax;

bool is_date(const std::string& text) {
  static const std::regex kDate(R"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/-]\d{1,2}[/-]\d{2,4})");
  return std::regex_match(text, kDate);
}

/// `64-32`: a label as well as a difference.
bool is_range(const std::string& text) {
  static const std::regex kRange(R"(\d+(\.\d+)?(-\d+(\.\d+)?)+)");
  return std::regex_match(text, kRange);
}

bool is_balanced(std::string_view text) {
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
    if (depth < 0) return false;
  }
  return depth == 0;
}

bool is_computation(const Syntax& syntax) {
  switch (syntax.kind) {
    case Syntax::Kind::binary:
    case Syntax::Kind::unary:
    case Syntax::Kind::conditional:
    case Syntax::Kind::index:
    case Syntax::Kind::attribute:
    case Syntax::Kind::comparison: return true;
    case Syntax::Kind::logic:
    case Syntax::Kind::constant:
    case Syntax::Kind::name:
    case Syntax::Kind::list:
    case Syntax::Kind::set:
    case Syntax::Kind::dict:
    case Syntax::Kind::call:
    case Syntax::Kind::comprehension:
    case Syntax::Kind::lambda:
    case Syntax::Kind::format:
    case Syntax::Kind::field:
    case Syntax::Kind::starred: break;
  }
  return false;
}

/// No path and no word with a hyphen: only Python has it.
bool is_only_python(const Syntax& syntax) {
  if (syntax.kind == Syntax::Kind::conditional) return true;
  return syntax.kind == Syntax::Kind::binary && (syntax.name == "**" || syntax.name == "*" || syntax.name == "//");
}

Plain refused(const Node& scalar, const expression::Problem& problem) {
  return {.problem = fmt::format("looks like Python, and can't be computed: {}; if it is a text, quote it: \"{}\"",
                                 problem.what, scalar.text),
          .offset = std::min(problem.offset, scalar.text.size())};
}

Plain computed(const Node& scalar, const Value& value) {
  return {.value = dialects::as_node(value, scalar.position)};
}

/// A text with a call in front: `range(3)`, `np.log10(2)`, `interval(0, 1)`.
Plain plain_call(const Node& scalar) {
  const auto call = expression::parse(scalar.text);
  if (!call) return refused(scalar, call.error());
  const auto value = expression::to_value(*call);
  if (value) return computed(scalar, *value);
  // A module whose functions draw has a message of its own, where a text in quotes stands too.
  if (kind_of(scalar.text) == Text::python) return {};
  return refused(scalar, value.error());
}

}  // namespace

Plain plain_of(const Node& scalar) {
  const std::string& text = scalar.text;
  const Text kind = kind_of(text);
  if (!scalar.scalar.is_string() || kind == Text::call || kind == Text::unknown_function) return {};
  const bool calls = !expression::called_name(text).empty();
  if (calls && (kind == Text::python || !scalar.quoted)) return plain_call(scalar);
  if (scalar.quoted || kind == Text::python || is_date(text)) return {};
  if (text == "None") return {.value = Node{}};
  if (is_range(text)) {
    return refused(scalar, {0, "it may be a difference or a name"});
  }
  const auto expression = expression::parse(text);
  if (text.starts_with('(') || !is_balanced(text)) {
    if (!expression) return refused(scalar, expression.error());
    const auto value = expression::to_value(*expression);
    return value ? computed(scalar, *value) : refused(scalar, value.error());
  }
  if (text.find(" for ") != std::string::npos && expression::parse("[" + text + "]")) {
    return refused(scalar, {text.find(" for ") + 1, "a comprehension stands in tune.choice(…), or in a Python dict"});
  }
  const auto syntax = expression::parse_syntax(text);
  if (!syntax) return {};
  const bool is_tuple = syntax->kind == Syntax::Kind::list && !text.starts_with('[');
  const auto value =
      expression ? expression::to_value(*expression) : expression::Parsed<Value>(tl::unexpect, expression.error());
  if (is_tuple && value)
    return refused(scalar, {text.find(','),
                            text.ends_with(',') ? "a comma at the end makes a list of it" : "a list has brackets"});
  if (is_computation(*syntax) && value) return computed(scalar, *value);
  return is_only_python(*syntax) ? refused(scalar, value.error()) : Plain{};
}

Node settled(const Node& node) {
  if (node.scalar.is_string()) {
    Plain plain = plain_of(node);
    if (!plain.value) return node;
    return std::move(*plain.value);
  }
  Node copy = node;
  for (Node& item : copy.items) item = settled(item);
  for (Node::Entry& entry : copy.entries) entry.node = settled(entry.node);
  return copy;
}

}  // namespace winnow::ray

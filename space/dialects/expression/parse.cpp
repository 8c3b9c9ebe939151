#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <winnow/space/dialects/expression/arithmetic.hpp>
#include <winnow/space/dialects/expression/expression.hpp>
#include <winnow/space/dialects/expression/text.hpp>

namespace winnow::expression {
namespace {

using Kind = Expression::Kind;

constexpr int kDeepest = 50;  ///< brackets, calls and signs within each other

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Words of Python that start code rather than a value.
constexpr std::array<std::string_view, 13> kCode = {"lambda", "for", "if",    "else",  "and",   "or",    "not",
                                                    "in",     "is",  "await", "yield", "async", "import"};

/// A problem is thrown within the parser only, and caught at its border: a parser of mutual recursion is all returns
/// otherwise.
[[noreturn]] void complain(std::size_t offset, std::string what) {
  throw Problem{offset, std::move(what)};
}

class Parser {
public:
  explicit Parser(std::string_view text) : text_(text) {}

  Expression all() {
    Expression expression = sum();
    skip_space();
    if (at_ < text_.size()) complain_here("the end");
    return expression;
  }

private:
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  [[nodiscard]] bool sees(std::string_view what) const { return text_.substr(at_).starts_with(what); }

  bool take(std::string_view what) {
    skip_space();
    if (!sees(what)) return false;
    at_ += what.size();
    return true;
  }

  std::string_view word() {
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    return text_.substr(start, at_ - start);
  }

  /// `expected … but found …`, with a reason where Python would go on with code.
  [[noreturn]] void complain_here(std::string_view expected) {
    skip_space();
    const std::size_t start = at_;
    const std::string_view found = word();
    if (found.empty() && start == text_.size()) {
      complain(start, fmt::format("the text ends where {} is expected", expected));
    }
    if (std::find(kCode.begin(), kCode.end(), found) != kCode.end()) {
      complain(start, fmt::format("'{}' is Python code, and nothing is run here; write the values themselves", found));
    }
    std::size_t length = 1;  // of the character, in bytes
    while (start + length < text_.size() && (static_cast<unsigned char>(text_[start + length]) & 0xc0) == 0x80)
      ++length;
    complain(start,
             fmt::format("expected {}, found '{}'", expected, found.empty() ? text_.substr(start, length) : found));
  }

  class Deeper {
  public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kDeepest) complain(parser_.at_, fmt::format("nested more than {} levels deep", kDeepest));
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

  private:
    Parser& parser_;
  };

  // --- arithmetic

  static void require_value(const Expression& operand, std::size_t offset) {
    if (operand.kind == Kind::value) return;
    if (operand.kind == Kind::name) complain(operand.offset, to_value(operand).error().what);
    complain(offset, "arithmetic is for numbers only");
  }

  /// A Python number in its place; the result stands where the left side does.
  static Expression compute(std::string_view operation, Expression left, const Expression& right, std::size_t offset) {
    require_value(left, offset);
    require_value(right, offset);
    auto result = arithmetic(operation, left.value, right.value);
    if (!result) complain(offset, result.error());
    left.value = std::move(*result);
    return left;
  }

  std::optional<std::string_view> take_operation(std::span<const std::string_view> operations) {
    for (const std::string_view operation : operations) {
      if (take(operation)) return operation;
    }
    return std::nullopt;
  }

  Expression sum() {
    const Deeper deeper(*this);
    static constexpr std::array<std::string_view, 2> kOperations = {"+", "-"};
    Expression left = product();
    while (true) {
      const std::size_t offset = place();
      const auto operation = take_operation(kOperations);
      if (!operation) return left;
      left = compute(*operation, std::move(left), product(), offset);
    }
  }

  Expression product() {
    static constexpr std::array<std::string_view, 4> kOperations = {"//", "*", "/", "%"};
    Expression left = sign();
    while (true) {
      const std::size_t offset = place();
      const auto operation = take_operation(kOperations);
      if (!operation) return left;
      left = compute(*operation, std::move(left), sign(), offset);
    }
  }

  Expression sign() {
    const Deeper deeper(*this);
    const std::size_t offset = place();
    const bool minus = take("-");
    if (!minus && !take("+")) return power();
    Expression operand = sign();
    require_value(operand, offset);
    auto result = minus ? negated(operand.value) : arithmetic("+", 0, operand.value);
    if (!result) complain(offset, result.error());
    operand.value = std::move(*result);
    operand.offset = offset;
    return operand;
  }

  Expression power() {
    Expression base = atom();
    const std::size_t offset = place();
    if (!take("**")) return base;
    return compute("**", std::move(base), sign(), offset);
  }

  // --- atoms

  std::size_t place() {
    skip_space();
    return at_;
  }

  Expression atom() {
    const std::size_t offset = place();
    Expression expression;
    if (at_ < text_.size() &&
        (is_digit(text_[at_]) || (text_[at_] == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1])))) {
      expression.value = read(read_number);
    } else if (sees("'") || sees("\"")) {
      expression.value = read(read_text);
    } else if (take("(")) {
      expression = parenthesised();
    } else if (take("[")) {
      expression.kind = Kind::list;
      expression.items = items("]");
    } else if (take("{")) {
      expression.kind = Kind::dict;
      expression.named = dict_entries();
    } else if (at_ < text_.size() && is_letter(text_[at_])) {
      expression = named();
    } else {
      complain_here("a value");
    }
    expression.offset = offset;
    skip_space();
    if (sees("[")) complain(at_, "indexing is Python code, and nothing is run here; write the value itself");
    if (sees(".")) complain(at_, "a method is Python code, and nothing is run here; write the value itself");
    return expression;
  }

  /// A number or a text, by a reader of the piece that starts here.
  Value read(Parsed<Piece> (*reader)(std::string_view)) {
    auto piece = reader(text_.substr(at_));
    if (!piece) complain(at_ + piece.error().offset, piece.error().what);
    at_ += piece->length;
    return std::move(piece->value);
  }

  /// Brackets around one expression, or a tuple.
  Expression parenthesised() {
    Expression tuple{.kind = Kind::list, .value = {}, .name = {}, .items = {}, .named = {}};
    if (take(")")) return tuple;
    Expression first = sum();
    if (take(")")) return first;
    if (!take(",")) complain_here("',' or ')'");
    tuple.items = items(")");
    tuple.items.insert(tuple.items.begin(), std::move(first));
    return tuple;
  }

  std::vector<Expression> items(std::string_view end) {
    std::vector<Expression> list;
    while (!take(end)) {
      list.push_back(sum());
      if (take(end)) break;
      if (!take(",")) complain_here(fmt::format("',' or '{}'", end));
    }
    return list;
  }

  std::vector<Expression::Named> dict_entries() {
    std::vector<Expression::Named> entries;
    while (!take("}")) {
      const Expression key = sum();
      if (key.kind != Kind::value || !key.value.is_string()) complain(key.offset, "a key must be a text in quotes");
      if (!take(":")) complain_here("':'");
      add(entries, {.name = key.value.get<std::string>(), .offset = key.offset, .value = sum()}, "the key");
      if (take("}")) break;
      if (!take(",")) complain_here("',' or '}'");
    }
    return entries;
  }

  static void add(std::vector<Expression::Named>& list, Expression::Named entry, std::string_view what) {
    const bool twice =
        std::any_of(list.begin(), list.end(), [&](const auto& other) { return other.name == entry.name; });
    if (twice) complain(entry.offset, fmt::format("{} '{}' is given twice", what, entry.name));
    list.push_back(std::move(entry));
  }

  Expression named() {
    Expression expression{.kind = Kind::name, .value = {}, .name = {}, .items = {}, .named = {}};
    const std::size_t start = at_;
    word();
    while (sees(".")) {
      ++at_;
      if (at_ == text_.size() || !is_letter(text_[at_])) complain_here("a name");
      word();
    }
    expression.name = text_.substr(start, at_ - start);
    if (expression.name == "lambda" || expression.name == "not" || expression.name == "await") {
      at_ = start;
      complain_here("a value");
    }
    if (sees("'") || sees("\"")) {
      complain(start, fmt::format("the prefix {} of a text isn't read; write the text without it", expression.name));
    }
    constexpr std::array<std::string_view, 3> kWords = {"None", "True", "False"};
    const auto* const known = std::find(kWords.begin(), kWords.end(), expression.name);
    if (known != kWords.end()) {
      expression.kind = Kind::value;
      if (known != kWords.begin()) expression.value = *known == "True";
      return expression;
    }
    if (take("(")) call(expression);
    return expression;
  }

  void call(Expression& call) {
    call.kind = Kind::call;
    while (!take(")")) {
      const std::size_t offset = place();
      const std::string_view keyword = word();
      skip_space();
      if (!keyword.empty() && !is_digit(keyword.front()) && sees("=") && !sees("==")) {
        ++at_;
        add(call.named, {.name = std::string(keyword), .offset = offset, .value = sum()}, "the argument");
      } else {
        at_ = offset;
        if (!call.named.empty()) complain(offset, "an argument without a name stands behind one with a name");
        call.items.push_back(sum());
      }
      if (take(")")) break;
      if (!take(",")) complain_here("',' or ')'");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Parsed<Expression> parse(std::string_view text) {
  try {
    return Parser(text).all();
  } catch (Problem& problem) {
    return tl::unexpected<Problem>(std::move(problem));
  }
}

std::string_view called_name(std::string_view text) {
  std::size_t end = text.find_first_not_of(" \t\r\n");
  if (end == std::string_view::npos || !is_letter(text[end])) return {};
  const std::size_t start = end;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '.')) ++end;
  return end < text.size() && text[end] == '(' ? text.substr(start, end - start) : std::string_view();
}

std::string_view last_part(std::string_view dotted) {
  return dotted.substr(dotted.rfind('.') + 1);
}

Position position_in(const Node& scalar, std::size_t offset) {
  if (scalar.text.find('\n') != std::string::npos) return scalar.position;
  const auto characters = std::count_if(
      scalar.text.begin(), scalar.text.begin() + static_cast<std::ptrdiff_t>(std::min(offset, scalar.text.size())),
      [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
  return {scalar.position.line,
          scalar.position.column + static_cast<std::size_t>(characters) + (scalar.quoted ? 1 : 0)};
}

}  // namespace winnow::expression

#include <winnow/space/dialects/expression/syntax.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include <winnow/space/dialects/expression/cursor.hpp>
#include <winnow/space/dialects/expression/text.hpp>

namespace winnow::expression {
namespace {

constexpr int kDeepest = 50;       ///< brackets, calls and signs within each other
constexpr int kDeepestTree = 300;  ///< operators in a row as well

class Parser {
public:
  Parser(std::string_view text, std::size_t begin) : cursor_(text, begin) {}

  /// One, or a tuple without brackets.
  Syntax first() {
    Syntax expression = conditional();
    if (!cursor_.take(",")) return expression;
    Syntax tuple = begun(Syntax::Kind::list, expression.start);
    tuple.parts.push_back(std::move(expression));
    while (cursor_.place() < cursor_.text().size() && !cursor_.sees(";")) {
      tuple.parts.push_back(element());
      if (!cursor_.take(",")) break;
    }
    return done(std::move(tuple));
  }

  Syntax all() {
    Syntax expression = first();
    if (cursor_.place() < cursor_.text().size()) cursor_.complain_here("the end");
    return expression;
  }

  Syntax conditional() {
    const Deeper deeper(*this);
    if (cursor_.next_word() == "lambda") return lambda();
    Syntax expression = disjunction();
    const std::size_t offset = cursor_.place();
    if (!cursor_.take_word("if")) return expression;
    Syntax choice = begun(Syntax::Kind::conditional, expression.start, offset);
    choice.parts.push_back(std::move(expression));
    choice.parts.push_back(disjunction());
    if (!cursor_.take_word("else")) cursor_.complain_here("'else'");
    choice.parts.push_back(conditional());
    return done(std::move(choice));
  }

  Syntax::Clause loop() {
    if (!cursor_.take_word("for")) cursor_.complain_here("'for'");
    Syntax::Clause clause = targets();
    if (!cursor_.take_word("in")) cursor_.complain_here("'in'");
    clause.iterable = disjunction();
    return clause;
  }

private:
  using Rule = Syntax (Parser::*)();

  class Deeper {
  public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kDeepest) {
        complain(parser_.cursor_.at(), fmt::format("nested more than {} levels deep", kDeepest));
      }
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

  private:
    Parser& parser_;
  };

  static Syntax begun(Syntax::Kind kind, std::size_t start) { return begun(kind, start, start); }
  static Syntax begun(Syntax::Kind kind, std::size_t start, std::size_t offset) {
    Syntax made;
    made.kind = kind;
    made.offset = offset;
    made.start = made.end = start;
    return made;
  }
  Syntax done(Syntax expression) const {
    expression.end = cursor_.at();
    const auto contains = [&](const Syntax& part) { expression.depth = std::max(expression.depth, part.depth + 1); };
    for (const Syntax& part : expression.parts) contains(part);
    for (const Syntax::Keyword& keyword : expression.keywords) contains(keyword.value);
    for (const Syntax::Clause& clause : expression.clauses) contains(clause.iterable);
    if (expression.depth > kDeepestTree) {
      complain(expression.start, fmt::format("more than {} operators in a row", kDeepestTree));
    }
    return expression;
  }

  // --- operators, the loosest first

  Syntax logic(std::string_view word, Rule operand) {
    Syntax left = (this->*operand)();
    if (cursor_.next_word() != word) return left;
    Syntax all = begun(Syntax::Kind::logic, left.start);
    all.name = word;
    all.parts.push_back(std::move(left));
    while (cursor_.take_word(word)) all.parts.push_back((this->*operand)());
    return done(std::move(all));
  }
  Syntax disjunction() { return logic("or", &Parser::conjunction); }
  Syntax conjunction() { return logic("and", &Parser::negation); }

  Syntax negation() {
    const std::size_t offset = cursor_.place();
    if (!cursor_.take_word("not")) return comparison();
    const Deeper deeper(*this);
    Syntax expression = begun(Syntax::Kind::unary, offset);
    expression.name = "not";
    expression.parts.push_back(negation());
    return done(std::move(expression));
  }

  std::optional<std::string> take_comparison() {
    for (const std::string_view sign : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (cursor_.take(sign)) return std::string(sign);
    }
    if (cursor_.take_word("in")) return "in";
    if (cursor_.take_word("is")) return cursor_.take_word("not") ? "is not" : "is";
    const std::size_t start = cursor_.at();
    if (cursor_.take_word("not")) {
      if (cursor_.take_word("in")) return "not in";
      cursor_.move_to(start);
    }
    return std::nullopt;
  }

  Syntax comparison() {
    Syntax left = bits();
    std::size_t offset = cursor_.place();
    auto sign = take_comparison();
    if (!sign) return left;
    Syntax all = begun(Syntax::Kind::comparison, left.start, offset);
    all.parts.push_back(std::move(left));
    for (; sign; sign = take_comparison()) {
      all.words.push_back(*sign);
      all.parts.push_back(bits());
    }
    return done(std::move(all));
  }

  Syntax binary(std::span<const std::string_view> signs, Rule operand) {
    Syntax left = (this->*operand)();
    while (true) {
      const std::size_t offset = cursor_.place();
      const auto sign = std::find_if(signs.begin(), signs.end(), [&](std::string_view s) { return cursor_.take(s); });
      if (sign == signs.end()) return left;
      Syntax both = begun(Syntax::Kind::binary, left.start, offset);
      both.name = *sign;
      both.parts.push_back(std::move(left));
      both.parts.push_back((this->*operand)());
      left = done(std::move(both));
    }
  }
  Syntax bits() {  // of Python's own | & ^ << >> those that people write
    static constexpr std::array<std::string_view, 1> kOr = {"|"};
    return binary(kOr, &Parser::shift);
  }
  Syntax shift() {
    static constexpr std::array<std::string_view, 2> kShifts = {"<<", ">>"};
    return binary(kShifts, &Parser::sum);
  }
  Syntax sum() {
    static constexpr std::array<std::string_view, 2> kSigns = {"+", "-"};
    return binary(kSigns, &Parser::product);
  }
  Syntax product() {
    static constexpr std::array<std::string_view, 4> kSigns = {"//", "*", "/", "%"};
    return binary(kSigns, &Parser::sign);
  }

  Syntax sign() {
    const std::size_t offset = cursor_.place();
    const bool minus = cursor_.take("-");
    if (!minus && !cursor_.take("+")) return power();
    const Deeper deeper(*this);
    Syntax expression = begun(Syntax::Kind::unary, offset);
    expression.name = minus ? "-" : "+";
    expression.parts.push_back(sign());
    return done(std::move(expression));
  }

  Syntax power() {
    Syntax base = primary();
    const std::size_t offset = cursor_.place();
    if (!cursor_.take("**")) return base;
    Syntax both = begun(Syntax::Kind::binary, base.start, offset);
    both.name = "**";
    both.parts.push_back(std::move(base));
    both.parts.push_back(sign());
    return done(std::move(both));
  }

  // --- what is called, indexed, asked for an attribute

  Syntax primary() {
    Syntax expression = atom();
    while (true) {
      const std::size_t offset = cursor_.place();
      if (cursor_.take("(")) {
        expression = call(std::move(expression));
      } else if (cursor_.take("[")) {
        expression = index(std::move(expression), offset);
      } else if (cursor_.sees(".") && !is_digit(cursor_.behind())) {
        cursor_.move_to(offset + 1);
        if (!is_letter(cursor_.here())) cursor_.complain_here("a name");
        Syntax attribute = begun(Syntax::Kind::attribute, expression.start, offset);
        attribute.name = cursor_.word();
        attribute.parts.push_back(std::move(expression));
        expression = done(std::move(attribute));
      } else {
        return expression;
      }
    }
  }

  Syntax call(Syntax function) {
    Syntax expression = begun(Syntax::Kind::call, function.start);
    expression.parts.push_back(std::move(function));
    while (!cursor_.take(")")) {
      argument(expression);
      if (cursor_.take(")")) break;
      if (!cursor_.take(",")) cursor_.complain_here("',' or ')'");
    }
    return done(std::move(expression));
  }

  void argument(Syntax& call) {
    const std::size_t offset = cursor_.place();
    if (cursor_.take("**")) {
      call.keywords.push_back({.name = "", .offset = offset, .value = conditional()});
      return;
    }
    const std::string keyword(cursor_.word());
    cursor_.skip_space();
    if (!keyword.empty() && !is_digit(keyword.front()) && cursor_.sees("=") && !cursor_.sees("==")) {
      cursor_.move_to(cursor_.at() + 1);
      call.keywords.push_back({.name = keyword, .offset = offset, .value = conditional()});
      return;
    }
    cursor_.move_to(offset);
    if (!call.keywords.empty()) complain(offset, "an argument without a name stands behind one with a name");
    Syntax value = conditional();
    if (is_comprehension()) {
      value = comprehension("generator", offset, std::move(value));
      if (call.parts.size() > 1 || (cursor_.place(), !cursor_.sees(")"))) cursor_.complain_here("')'");
    }
    call.parts.push_back(std::move(value));
  }

  Syntax index(Syntax list, std::size_t offset) {
    Syntax expression = begun(Syntax::Kind::index, list.start, offset);
    expression.parts.push_back(std::move(list));
    const auto bound = [&] {
      cursor_.skip_space();
      if (cursor_.sees(":") || cursor_.sees("]")) return begun(Syntax::Kind::constant, cursor_.at());
      return conditional();
    };
    expression.parts.push_back(bound());
    if (cursor_.take(":")) {
      expression.parts.push_back(bound());
      expression.parts.push_back(cursor_.take(":") ? bound() : begun(Syntax::Kind::constant, cursor_.at()));
    }
    if (!cursor_.take("]")) cursor_.complain_here("']'");
    return done(std::move(expression));
  }

  // --- atoms

  Syntax atom() {
    const std::size_t start = cursor_.place();
    const char c = cursor_.here();
    if (is_digit(c) || (c == '.' && is_digit(cursor_.behind()))) return number();
    if (text_starts()) return texts();
    if (cursor_.take("(")) return parenthesised(start);
    if (cursor_.take("[")) return list(start);
    if (cursor_.take("{")) return braces(start);
    if (is_letter(c)) return named();
    cursor_.complain_here("a value");
  }

  Syntax number() {
    Syntax expression = begun(Syntax::Kind::constant, cursor_.at());
    auto piece = read_number(cursor_.text().substr(cursor_.at()));
    if (!piece) complain(cursor_.at() + piece.error().offset, piece.error().what);
    cursor_.move_to(cursor_.at() + piece->length);
    expression.value = std::move(piece->value);
    return done(std::move(expression));
  }

  [[nodiscard]] bool text_starts() const {
    const std::string_view rest = cursor_.text().substr(cursor_.at());
    const std::size_t quote = prefix_length(rest);
    return quote < rest.size() && (rest[quote] == '"' || rest[quote] == '\'');
  }

  /// One text, or several in a row, which Python joins.
  Syntax texts() {
    Syntax whole = begun(Syntax::Kind::format, cursor_.at());
    do {
      const std::size_t start = cursor_.at();
      auto read = read_text(cursor_.text().substr(start));
      if (!read) complain(start + read.error().offset, read.error().what);
      cursor_.move_to(start + read->length);
      for (TextPart& part : read->parts) {
        Syntax piece = begun(part.is_field ? Syntax::Kind::field : Syntax::Kind::constant, start + part.offset);
        if (part.is_field) {
          piece.parts.push_back(field(start + part.offset, part));
          piece.name = std::move(part.format);
          if (part.conversion != '\0') piece.words.emplace_back(1, part.conversion);
        } else {
          piece.value = std::move(part.text);
        }
        whole.parts.push_back(std::move(piece));
      }
      end_of_text_ = cursor_.at();
      cursor_.skip_space();
    } while (text_starts());
    cursor_.move_to(end_of_text_);
    return done(std::move(whole));
  }

  /// The expression between the braces of an f-string.
  Syntax field(std::size_t offset, const TextPart& part) {
    const Deeper deeper(*this);
    Parser inner(cursor_.text().substr(0, offset + part.text.size()), offset);
    inner.depth_ = depth_;
    return inner.all();
  }

  /// Brackets around one expression, a tuple or a generator.
  Syntax parenthesised(std::size_t start) {
    Syntax tuple = begun(Syntax::Kind::list, start);
    if (cursor_.take(")")) return done(std::move(tuple));
    Syntax one = element();
    if (is_comprehension()) {
      one = comprehension("generator", start, std::move(one));
      if (!cursor_.take(")")) cursor_.complain_here("')'");
      return done(std::move(one));
    }
    if (cursor_.take(")")) return one;
    if (!cursor_.take(",")) cursor_.complain_here("',' or ')'");
    tuple.parts = elements(")");
    tuple.parts.insert(tuple.parts.begin(), std::move(one));
    return done(std::move(tuple));
  }

  Syntax list(std::size_t start) {
    Syntax expression = begun(Syntax::Kind::list, start);
    if (cursor_.take("]")) return done(std::move(expression));
    Syntax one = element();
    if (is_comprehension()) {
      expression = comprehension("list", start, std::move(one));
      if (!cursor_.take("]")) cursor_.complain_here("']'");
      return done(std::move(expression));
    }
    expression.parts = rest_of(std::move(one), "]");
    return done(std::move(expression));
  }

  Syntax element() {
    const std::size_t start = cursor_.place();
    if (!cursor_.take("*")) return conditional();
    Syntax starred = begun(Syntax::Kind::starred, start);
    starred.parts.push_back(bits());
    return done(std::move(starred));
  }

  std::vector<Syntax> elements(std::string_view end) {
    std::vector<Syntax> list;
    while (!cursor_.take(end)) {
      list.push_back(element());
      if (cursor_.take(end)) break;
      if (!cursor_.take(",")) cursor_.complain_here(fmt::format("',' or '{}'", end));
    }
    return list;
  }

  std::vector<Syntax> rest_of(Syntax one, std::string_view end) {
    std::vector<Syntax> list;
    if (!cursor_.take(end)) {
      if (!cursor_.take(",")) cursor_.complain_here(fmt::format("',' or '{}'", end));
      list = elements(end);
    }
    list.insert(list.begin(), std::move(one));
    return list;
  }

  /// A dict or a set.
  Syntax braces(std::size_t start) {
    Syntax dict = begun(Syntax::Kind::dict, start);
    while (!cursor_.take("}")) {
      const std::size_t offset = cursor_.place();
      if (cursor_.take("**")) {
        Syntax starred = begun(Syntax::Kind::starred, offset);
        starred.parts.push_back(bits());
        dict.parts.push_back(done(std::move(starred)));
        dict.parts.emplace_back();
      } else {
        Syntax key = element();
        cursor_.skip_space();
        if (dict.parts.empty() && !cursor_.sees(":")) return set(start, std::move(key));
        if (!cursor_.take(":")) cursor_.complain_here("':'");
        dict.parts.push_back(std::move(key));
        dict.parts.push_back(conditional());
        if (is_comprehension() && dict.parts.size() == 2) {
          Syntax all = comprehension("dict", start, std::move(dict.parts[0]));
          all.parts.push_back(std::move(dict.parts[1]));
          if (!cursor_.take("}")) cursor_.complain_here("'}'");
          return done(std::move(all));
        }
      }
      if (cursor_.take("}")) break;
      if (!cursor_.take(",")) cursor_.complain_here("',' or '}'");
    }
    return done(std::move(dict));
  }

  Syntax set(std::size_t start, Syntax one) {
    Syntax expression = begun(Syntax::Kind::set, start);
    if (is_comprehension()) {
      expression = comprehension("set", start, std::move(one));
      if (!cursor_.take("}")) cursor_.complain_here("'}'");
      return done(std::move(expression));
    }
    expression.parts = rest_of(std::move(one), "}");
    return done(std::move(expression));
  }

  bool is_comprehension() { return cursor_.next_word() == "for"; }

  Syntax comprehension(std::string_view what, std::size_t start, Syntax element) {
    Syntax expression = begun(Syntax::Kind::comprehension, start);
    expression.name = what;
    expression.parts.push_back(std::move(element));
    while (is_comprehension()) {
      Syntax::Clause clause = loop();
      while (cursor_.take_word("if")) clause.conditions.push_back(disjunction());
      expression.clauses.push_back(std::move(clause));
    }
    return done(std::move(expression));
  }

  /// `i`, `a, b` or `(a, b)`.
  Syntax::Clause targets() {
    Syntax::Clause clause{.targets = {}, .iterable = {}, .conditions = {}};
    const bool bracket = cursor_.take("(");
    do {
      if (bracket && (cursor_.place(), cursor_.sees(")"))) break;
      cursor_.skip_space();
      if (!is_letter(cursor_.here())) cursor_.complain_here("a name");
      clause.targets.emplace_back(cursor_.word());
    } while (cursor_.take(",") && (clause.unpacks = true));
    if (bracket && !cursor_.take(")")) cursor_.complain_here("')'");
    return clause;
  }

  Syntax named() {
    Syntax expression = begun(Syntax::Kind::name, cursor_.at());
    expression.name = cursor_.word();
    for (const std::string_view code : {"for", "if", "else", "and", "or", "in", "is", "await", "yield", "import"}) {
      if (expression.name != code) continue;
      cursor_.move_to(expression.start);
      cursor_.complain_here("a value");
    }
    if (expression.name == "None" || expression.name == "True" || expression.name == "False") {
      expression.kind = Syntax::Kind::constant;
      if (expression.name != "None") expression.value = expression.name == "True";
      expression.name.clear();
    }
    return done(std::move(expression));
  }

  /// Opaque, but its end must be found.
  Syntax lambda() {
    Syntax expression = begun(Syntax::Kind::lambda, cursor_.place());
    cursor_.take_word("lambda");
    while (!cursor_.take(":")) {
      cursor_.skip_space();
      if (cursor_.take("*") || cursor_.take(",")) continue;
      if (!is_letter(cursor_.here())) cursor_.complain_here("a name");
      cursor_.word();
      if (cursor_.take("=")) conditional();
    }
    conditional();
    return done(std::move(expression));
  }

  Cursor cursor_;
  int depth_ = 0;
  std::size_t end_of_text_ = 0;
};

}  // namespace

Parsed<Syntax> parse_syntax(std::string_view text, std::size_t begin) {
  try {
    return Parser(text, begin).all();
  } catch (Problem& problem) {
    return tl::unexpected<Problem>(std::move(problem));
  }
}

Parsed<Syntax> parse_first(std::string_view text, std::size_t begin) {
  try {
    return Parser(text, begin).conditional();
  } catch (Problem& problem) {
    return tl::unexpected<Problem>(std::move(problem));
  }
}

Parsed<Syntax::Clause> parse_loop(std::string_view text, std::size_t begin) {
  try {
    return Parser(text, begin).loop();
  } catch (Problem& problem) {
    return tl::unexpected<Problem>(std::move(problem));
  }
}

}  // namespace winnow::expression

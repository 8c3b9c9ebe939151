#include <winnow/space/dialects/expression/script.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <winnow/space/dialects/expression/cursor.hpp>
#include <winnow/space/dialects/expression/text.hpp>

namespace winnow::expression {
namespace {

constexpr std::array<std::string_view, 15> kHeaders = {"def",    "class",   "if",    "elif", "else",
                                                       "for",    "while",   "try",   "with", "async",
                                                       "except", "finally", "match", "case", "@"};
constexpr std::array<std::string_view, 13> kOthers = {"import",   "from",     "return", "del",   "global",
                                                      "pass",     "raise",    "assert", "yield", "await",
                                                      "nonlocal", "continue", "break"};

template <class Words>
bool is_one_of(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Behind the text that starts at `at`, where a quote stands.
std::size_t skip_text(std::string_view text, std::size_t at) {
  const auto end = end_of_text(text, at);
  if (!end) complain(at, fmt::format("the quote {} isn't closed", text[at]));
  return *end;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

/// The first `sign` outside of brackets and texts; npos if there is none.
std::size_t find_outside(std::string_view text, std::size_t from, char sign) {
  for (std::size_t at = from; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quote(c)) {
      at = skip_text(text, at) - 1;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == sign) {
      return at;
    } else if (c == '(' || c == '[' || c == '{') {
      at = behind_bracket(text, at) - 1;
    }
  }
  return std::string_view::npos;
}

/// The `=` of an assignment, not that of `==` or `<=`.
std::size_t find_equals(std::string_view text, std::size_t from) {
  while (true) {
    const std::size_t at = find_outside(text, from, '=');
    if (at == std::string_view::npos) return at;
    if (at + 1 < text.size() && text[at + 1] == '=') {
      from = at + 2;
    } else if (at > 0 && std::string_view("!<>=").find(text[at - 1]) != std::string_view::npos) {
      from = at + 1;
    } else {
      return at;
    }
  }
}

std::string_view trimmed(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n\\");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r\n\\") - start + 1);
}

bool is_dotted_name(std::string_view text) {
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c) || c == '.'; });
}

}  // namespace

std::size_t behind_bracket(std::string_view text, std::size_t open) {
  std::vector<std::size_t> brackets;
  for (std::size_t at = open; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quote(c)) {
      at = skip_text(text, at) - 1;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == '(' || c == '[' || c == '{') {
      brackets.push_back(at);
    } else if (c == ')' || c == ']' || c == '}') {
      const char opening = c == ')' ? '(' : c == ']' ? '[' : '{';
      if (text[brackets.back()] != opening) {
        complain(at, fmt::format("this {} comes before the {} is closed", c, text[brackets.back()]));
      }
      brackets.pop_back();
      if (brackets.empty()) return at + 1;
    }
  }
  complain(open, fmt::format("this {} isn't closed", text[open]));
}

Parsed<Script> Script::read(std::string_view text) {
  try {
    Script script(text);
    script.find_statements();
    for (std::size_t i = 0; i < script.statements_.size(); ++i) script.find_names(i);
    return script;
  } catch (Problem& problem) {
    return tl::unexpected<Problem>(std::move(problem));
  }
}

void Script::find_statements() {
  std::vector<std::size_t> open;  // headers that a statement may stand below
  std::size_t begin = std::string_view::npos;
  const auto end_at = [&](std::size_t end) {
    if (begin != std::string_view::npos) add_statement(begin, end, open);
    begin = std::string_view::npos;
  };
  for (std::size_t at = 0; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == '\n' || c == ';') {
      end_at(at);
      continue;
    }
    if (c == '#') {
      end_at(at);
      at = std::min(text_.find('\n', at), text_.size()) - 1;
      continue;
    }
    if (c == '\\' && at + 1 < text_.size()) {
      at += text_[at + 1] == '\r' ? 2 : 1;
      continue;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f') continue;
    if (begin == std::string_view::npos) begin = at;
    if (is_quote(c)) at = skip_text(text_, at) - 1;
    if (c == '(' || c == '[' || c == '{') at = behind_bracket(text_, at) - 1;
    if (c == ')' || c == ']' || c == '}') complain(at, fmt::format("this {} closes nothing", c));
  }
  end_at(text_.size());
}

void Script::add_statement(std::size_t begin, std::size_t end, std::vector<std::size_t>& open) {
  Statement statement{.begin = begin, .end = end};
  const std::size_t line = text_.rfind('\n', begin) + 1;  // npos + 1 is 0
  // Behind a semicolon it stands with the one before.
  const bool starts_line = text_.substr(line, begin - line).find_first_not_of(" \t\f\r") == std::string_view::npos;
  statement.indent = starts_line || statements_.empty() ? begin - line : statements_.back().indent;
  Cursor cursor(text_, begin);
  const std::string_view word = cursor.word();
  const char behind = (cursor.skip_space(), cursor.here());
  if (is_one_of(kHeaders, word) || is_one_of(kOthers, word)) {
    const bool assigned = behind == '=' || behind == '.';  // `match = …` is a name
    if (!assigned) statement.keyword = word;
  }
  while (!open.empty() && statements_[open.back()].indent >= statement.indent) open.pop_back();
  if (!open.empty()) statement.parent = open.back();
  if (is_one_of(kHeaders, statement.keyword)) {
    const std::size_t colon = find_outside(text_.substr(0, end), begin, ':');
    statement.is_header = colon != std::string_view::npos;
    if (statement.is_header) {
      statement.end = colon + 1;
      open.push_back(statements_.size());
    }
  }
  statements_.push_back(statement);
  const std::string_view rest = text_.substr(statement.end, end - statement.end);
  const auto body = rest.find_first_not_of(" \t\r");
  if (!statement.is_header || body == std::string_view::npos) return;
  // `if x: y = 1`: the body stands below the header, whatever its indentation
  Statement inner{.begin = statement.end + body, .end = end, .indent = statement.indent + 1};
  inner.parent = statements_.size() - 1;
  Cursor inner_cursor(text_, inner.begin);
  const std::string_view inner_word = inner_cursor.word();
  if (is_one_of(kOthers, inner_word)) inner.keyword = inner_word;
  statements_.push_back(inner);
}

void Script::bind_otherwise(std::string_view name, std::size_t statement) {
  bindings_[std::string(name)].push_back({.statement = statement, .scope = function_of(statement)});
}

void Script::find_names(std::size_t index) {
  const std::string_view keyword = statements_[index].keyword;
  if (keyword == "import" || keyword == "from") return read_import(index);
  if (!keyword.empty()) return read_header(index);
  read_assignment(index);
  read_change(index);
}

/// `sizes.append(…)`, `config.update(…)`: the name's value is another one.
void Script::read_change(std::size_t index) {
  constexpr std::array<std::string_view, 11> kChanging = {
      "append", "extend", "insert", "remove", "pop", "clear", "reverse", "update", "setdefault", "sort", "popitem"};
  Cursor cursor(up_to_end(index), statements_[index].begin);
  const std::string_view name = cursor.word();
  if (name.empty() || !cursor.take(".")) return;
  cursor.skip_space();
  if (is_one_of(kChanging, cursor.word()) && cursor.take("(")) bind_otherwise(name, index);
}

/// `for i in …`, `with … as f`, `except E as e`, `del x`, `def f(x)`.
void Script::read_header(std::size_t index) {
  const std::string_view keyword = statements_[index].keyword;
  if (keyword == "def" || keyword == "async" || keyword == "class") return read_parameters(index);
  bool names = keyword == "for" || keyword == "del" || keyword == "global" || keyword == "nonlocal";
  const bool as = keyword == "with" || keyword == "except";
  if (!names && !as) return;
  each_name(index, [&](std::size_t, std::string_view name) {
    if (name == keyword) return;
    if (name == "in" || name == "as") {
      names = name == "as" && as;
    } else if (names) {
      bind_otherwise(name, index);
      names = !as;
    }
  });
}

void Script::read_parameters(std::size_t index) {
  bindings_[std::string(function_name(index))].push_back(
      {.statement = index, .scope = function_of(index), .is_opaque = true});
  const std::string_view text = up_to_end(index);
  const std::size_t open = text.find('(', statements_[index].begin);
  if (open == std::string_view::npos || statements_[index].keyword == "class") return;
  const std::string_view inside = text.substr(0, behind_bracket(text, open) - 1);
  for (std::size_t at = open; at != std::string_view::npos; at = find_outside(inside, at + 1, ',')) {
    Cursor cursor(inside, at + 1);
    while (cursor.take("*")) {
    }
    bindings_[std::string(cursor.next_word())].push_back({.statement = index, .scope = index, .is_opaque = true});
  }
}

void Script::read_assignment(std::size_t index) {
  const std::string_view text = up_to_end(index);
  std::size_t start = statements_[index].begin;
  std::vector<std::string_view> targets;
  for (std::size_t equals = find_equals(text, start); equals != std::string_view::npos;
       equals = find_equals(text, start)) {
    targets.push_back(trimmed(text.substr(start, equals - start)));
    start = equals + 1;
  }
  for (std::string_view target : targets) {
    const std::string_view annotated = trimmed(target.substr(0, target.find(':')));
    if (is_dotted_name(annotated)) target = annotated;
    if (is_dotted_name(target)) {
      assignments_.push_back({.target = std::string(target), .statement = index, .value = start});
      bindings_[std::string(target)].push_back({.statement = index, .scope = function_of(index), .value = start});
      continue;
    }
    // `a += 1`, `a, b = …`, `a["x"] = …`
    Cursor cursor(target, 0);
    while (cursor.place() < target.size()) {
      if (is_letter(cursor.here())) {
        bind_otherwise(cursor.word(), index);
      } else if (is_quote(cursor.here())) {
        cursor.move_to(skip_text(target, cursor.at()));
      } else {
        cursor.move_to(cursor.at() + 1);
      }
    }
  }
}

/// `import a.b as c`, `from a import b as c, d`.
void Script::read_import(std::size_t index) {
  Cursor cursor(up_to_end(index), statements_[index].begin);
  const auto dotted = [&] {
    cursor.skip_space();
    const std::size_t start = cursor.at();
    while (is_letter(cursor.here()) || is_digit(cursor.here()) || cursor.here() == '.') cursor.move_to(cursor.at() + 1);
    return std::string(cursor.text().substr(start, cursor.at() - start));
  };
  const bool from = cursor.word() == "from";
  const std::string module = from ? dotted() : "";
  if (from) cursor.take_word("import");
  cursor.take("(");
  while (true) {
    const std::string name = dotted();
    if (name.empty()) return;
    const std::string full = from ? module + "." + name : name;
    if (cursor.take_word("as")) {
      imported_[dotted()] = full;
    } else if (from) {
      imported_[name] = full;
    }
    if (!cursor.take(",")) return;
  }
}

std::size_t Script::function_of(std::size_t statement) const {
  for (std::size_t at = statements_[statement].parent; at != Statement::kNone; at = statements_[at].parent) {
    if (statements_[at].keyword == "def" || statements_[at].keyword == "async") return at;
  }
  return Statement::kNone;
}

std::string_view Script::function_name(std::size_t statement) const {
  Cursor cursor(text_, statements_[statement].begin);
  while (cursor.take_word("async") || cursor.take_word("def")) {
  }
  return cursor.next_word();
}

std::size_t Script::block_of(std::size_t statement) const {
  for (std::size_t at = statements_[statement].parent; at != Statement::kNone; at = statements_[at].parent) {
    const std::string_view keyword = statements_[at].keyword;
    if (keyword == "def" || keyword == "class" || keyword == "async") return Statement::kNone;
    if (keyword != "with" && keyword != "try") {
      // What is run when the file is, is where it is.
      const bool main = text_.substr(statements_[at].begin, 40).find("__name__") != std::string_view::npos;
      if (!main) return at;
    }
  }
  return Statement::kNone;
}

std::size_t Script::statement_at(std::size_t offset) const {
  const auto next = std::upper_bound(statements_.begin(), statements_.end(), offset,
                                     [](std::size_t at, const Statement& statement) { return at < statement.begin; });
  return next == statements_.begin() ? Statement::kNone : static_cast<std::size_t>(next - statements_.begin()) - 1;
}

void Script::each_name(std::size_t statement, const std::function<void(std::size_t, std::string_view)>& meet) const {
  const std::string_view text = up_to_end(statement);
  for (std::size_t at = statements_[statement].begin; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quote(c)) {
      at = skip_text(text, at) - 1;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (is_letter(c)) {
      const std::size_t start = at;
      while (at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '.')) ++at;
      meet(start, text.substr(start, at - start));
      --at;
    } else if (is_digit(c)) {
      while (at + 1 < text.size() && (is_letter(text[at + 1]) || is_digit(text[at + 1]))) ++at;
    }
  }
}

Surroundings Script::surroundings(Budget& budget) const {
  return {
      .value_of = [this, &budget](std::string_view name, std::size_t offset) { return value_of(name, offset, budget); },
      .imported = imported_};
}

std::optional<Expression> Script::value_of(std::string_view name, std::size_t offset, Budget& budget) const {
  const auto found = bindings_.find(name);
  if (found == bindings_.end()) return std::nullopt;
  const std::size_t here = statement_at(offset);
  const std::size_t function = here == Statement::kNone ? here : function_of(here);
  // Those of this function come before those of the file.
  for (const std::size_t scope : {function, Statement::kNone}) {
    std::vector<const Binding*> visible;
    for (const Binding& binding : found->second) {
      if (binding.scope == scope) visible.push_back(&binding);
    }
    if (visible.empty()) continue;
    const Binding& only = *visible.front();
    const auto refuse_it = [&](std::string_view why) {
      complain(offset, fmt::format("'{}' {}, and nothing is run here; write its value", name, why));
    };
    if (only.is_opaque) return std::nullopt;
    if (visible.size() > 1) refuse_it("is set in several places");
    if (!only.value || block_of(only.statement) != Statement::kNone)
      refuse_it("is set in a loop or a branch, or otherwise");
    if (only.statement >= here && scope == function) refuse_it("is set later");
    const Budget::Deeper deeper(budget, offset);
    auto syntax = parse_syntax(up_to_end(only.statement), *only.value);
    if (!syntax) throw Problem(syntax.error());
    auto value = evaluate(*syntax, surroundings(budget), budget);
    if (!value) throw Problem(value.error());
    return std::move(*value);
  }
  return std::nullopt;
}

}  // namespace winnow::expression

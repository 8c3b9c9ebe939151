#include <winnow/space/dialects/python/changes.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <winnow/space/dialects/expression/cursor.hpp>

namespace winnow::python {
namespace {

using expression::complain;
using expression::Cursor;
using expression::Expression;
using expression::Script;
using expression::Statement;

constexpr std::array<std::string_view, 5> kChanging = {"update", "pop", "setdefault", "clear", "popitem"};

/// `["lr"] = …` behind the name: the place of the value, and the key.
struct ItemAssignment {
  std::string key;
  std::size_t value = 0;
};

std::optional<ItemAssignment> item_assignment(std::string_view text, std::size_t at) {
  Cursor cursor(text, at);
  if (!cursor.take("[")) return std::nullopt;
  const auto key = expression::parse_first(text, cursor.at());
  if (!key || key->parts.size() != 1 || !key->parts.front().value.is_string()) return std::nullopt;
  cursor.move_to(key->end);
  if (!cursor.take("]") || !cursor.take("=") || cursor.sees("=")) return std::nullopt;
  return ItemAssignment{.key = key->parts.front().value.get<std::string>(), .value = cursor.at()};
}

/// Whether the statement, which starts with the name, changes the dict.
bool is_change(std::string_view text, std::size_t behind_name) {
  Cursor cursor(text, behind_name);
  if (cursor.take("[")) {
    cursor.move_to(expression::behind_bracket(text, cursor.at() - 1));
    cursor.skip_space();
    while (cursor.sees("[")) {
      cursor.move_to(expression::behind_bracket(text, cursor.at()));
      cursor.skip_space();
    }
    return (cursor.sees("=") && !cursor.sees("==")) ||
           (cursor.at() + 1 < text.size() && cursor.behind() == '=' && !cursor.sees("!") && !cursor.sees("=")) ||
           cursor.sees(".");
  }
  if (cursor.take("|=")) return true;
  return cursor.take(".") && std::find(kChanging.begin(), kChanging.end(), cursor.next_word()) != kChanging.end();
}

void put(Expression& dict, expression::Expression::Named entry) {
  const auto same =
      std::find_if(dict.named.begin(), dict.named.end(), [&](const auto& other) { return other.name == entry.name; });
  if (same == dict.named.end()) {
    dict.named.push_back(std::move(entry));
  } else {
    *same = std::move(entry);
  }
}

}  // namespace

void take_changes(const Script& script, const Candidate& candidate, Expression& dict, expression::Budget& budget) {
  const bool is_variable =
      std::any_of(script.assignments().begin(), script.assignments().end(), [&](const auto& assignment) {
        return assignment.statement == candidate.statement && assignment.target == candidate.name;
      });
  if (!is_variable) return;
  const std::size_t function = script.function_of(candidate.statement);
  const auto surroundings = script.surroundings(budget);
  for (std::size_t i = candidate.statement + 1; i < script.statements().size(); ++i) {
    const Statement& statement = script.statements()[i];
    if (script.function_of(i) != function) continue;
    const std::string_view text = script.up_to_end(i);
    const bool deletes = statement.keyword == "del";
    const std::size_t start = deletes ? Cursor(text, statement.begin + 3).place() : statement.begin;
    const std::string_view rest = text.substr(start);
    if (!rest.starts_with(candidate.name)) continue;
    const std::size_t behind = start + candidate.name.size();
    if (behind < text.size() && (expression::is_letter(text[behind]) || expression::is_digit(text[behind]))) continue;
    const auto item = item_assignment(text, behind);
    if (!deletes && !item && !is_change(text, behind)) continue;
    if (deletes || !item || script.block_of(i) != Statement::kNone || dict.kind != Expression::Kind::dict) {
      complain(start,
               fmt::format("{} is changed here, and nothing is run; write it as it is in the end", candidate.name));
    }
    const auto syntax = expression::parse_syntax(text, item->value);
    if (!syntax) throw expression::Problem(syntax.error());
    auto value = expression::evaluate(*syntax, surroundings, budget);
    if (!value) throw expression::Problem(value.error());
    put(dict, {.name = item->key, .offset = start, .value = std::move(*value)});
  }
}

}  // namespace winnow::python

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

/// A statement that changes a dict.
struct Change {
  std::size_t statement = 0;
  std::size_t start = 0;
  std::size_t behind_name = 0;
};

/// `config = {**config, …}`: another dict of that name, made of this one or in its place.
bool is_made_anew(const Script& script, const Candidate& candidate, std::size_t statement) {
  return std::any_of(script.assignments().begin(), script.assignments().end(), [&](const auto& assignment) {
    if (assignment.statement != statement || assignment.target != candidate.name) return false;
    const std::string_view value = script.up_to_end(statement).substr(assignment.value);
    const auto first = value.find_first_not_of(" \t");
    const std::string_view text = first == std::string_view::npos ? value : value.substr(first);
    return text.starts_with("{") || text.starts_with("dict(") || text.starts_with(candidate.name + " |");
  });
}

/// Those of the candidate's function, in their order; `del` and another assignment of the name among them.
template <class Visit>
void each_change(const Script& script, const Candidate& candidate, Visit visit) {
  const std::size_t function = script.function_of(candidate.statement);
  for (std::size_t i = candidate.statement + 1; i < script.statements().size(); ++i) {
    const Statement& statement = script.statements()[i];
    if (script.function_of(i) != function) continue;
    const std::string_view text = script.up_to_end(i);
    const bool deletes = statement.keyword == "del";
    const std::size_t start = deletes ? Cursor(text, statement.begin + 3).place() : statement.begin;
    if (!text.substr(start).starts_with(candidate.name)) continue;
    const std::size_t behind = start + candidate.name.size();
    if (behind < text.size() && (expression::is_letter(text[behind]) || expression::is_digit(text[behind]))) continue;
    if (deletes || item_assignment(text, behind) || is_change(text, behind) || is_made_anew(script, candidate, i)) {
      visit(Change{.statement = i, .start = start, .behind_name = behind});
    }
  }
}

bool is_changed(const Script& script, const Candidate& candidate) {
  bool changed = false;
  each_change(script, candidate, [&](const Change&) { changed = true; });
  return changed;
}

/// Of `.update({…})` behind the name the place of the dict.
std::optional<std::size_t> updated_with(std::string_view text, std::size_t behind_name) {
  Cursor cursor(text, behind_name);
  if (!cursor.take(".") || !cursor.take_word("update") || !cursor.take("(")) return std::nullopt;
  return cursor.place();
}

Expression value_at(std::string_view text, std::size_t at, const expression::Surroundings& surroundings,
                    expression::Budget& budget) {
  const auto syntax = expression::parse_first(text, at);
  if (!syntax) throw expression::Problem(syntax.error());
  auto value = expression::evaluate(*syntax, surroundings, budget);
  if (!value) throw expression::Problem(value.error());
  return std::move(*value);
}

/// The one dict that the name is assigned in this function, if statements behind it change it.
std::optional<Candidate> changed_dict(const Script& script, std::string_view name, std::size_t function) {
  std::optional<Candidate> found;
  for (const auto& assignment : script.assignments()) {
    if (assignment.target != name || script.function_of(assignment.statement) != function) continue;
    if (found || script.block_of(assignment.statement) != Statement::kNone) return std::nullopt;
    found = Candidate{.name = std::string(name), .offset = assignment.value, .statement = assignment.statement};
  }
  return found && is_changed(script, *found) ? found : std::nullopt;
}

}  // namespace

expression::Surroundings surroundings_of(const Script& script, expression::Budget& budget) {
  auto surroundings = script.surroundings(budget);
  surroundings.value_of = [&script, &budget, plain = surroundings.value_of](
                              std::string_view name, std::size_t offset) -> std::optional<Expression> {
    const std::size_t here = script.statement_at(offset);
    const std::size_t function = here == Statement::kNone ? here : script.function_of(here);
    const auto changed = changed_dict(script, name, function);
    if (!changed) return plain(name, offset);
    const expression::Budget::Deeper deeper(budget, offset);
    const auto within = surroundings_of(script, budget);
    Expression dict = value_at(script.up_to_end(changed->statement), changed->offset, within, budget);
    take_changes(script, *changed, dict, budget);
    return dict;
  };
  return surroundings;
}

void take_changes(const Script& script, const Candidate& candidate, Expression& dict, expression::Budget& budget) {
  const bool is_variable =
      std::any_of(script.assignments().begin(), script.assignments().end(), [&](const auto& assignment) {
        return assignment.statement == candidate.statement && assignment.target == candidate.name;
      });
  if (!is_variable) return;
  const auto surroundings = surroundings_of(script, budget);
  each_change(script, candidate, [&](const Change& change) {
    const std::string_view text = script.up_to_end(change.statement);
    const bool always = script.block_of(change.statement) == Statement::kNone;
    const auto item = item_assignment(text, change.behind_name);
    const auto update = updated_with(text, change.behind_name);
    if (always && dict.kind == Expression::Kind::dict && item) {
      return put(
          dict,
          {.name = item->key, .offset = change.start, .value = value_at(text, item->value, surroundings, budget)});
    }
    if (always && dict.kind == Expression::Kind::dict && update) {
      Expression more = value_at(text, *update, surroundings, budget);
      if (more.kind == Expression::Kind::dict) {
        for (Expression::Named& entry : more.named) put(dict, std::move(entry));
        return;
      }
    }
    complain(change.start,
             fmt::format("{} is changed here, and nothing is run; write it as it is in the end", candidate.name));
  });
}

}  // namespace winnow::python

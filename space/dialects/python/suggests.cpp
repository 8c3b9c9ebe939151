#include <winnow/space/dialects/python/suggests.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace winnow::python {
namespace {

using expression::Budget;
using expression::complain;
using expression::Expression;
using expression::Script;
using expression::Statement;
using expression::Syntax;

constexpr std::string_view kDefineByRun =
    "to keep it, let the program ask while it runs (docs/programs.md, \"Lines\"; examples/programs/define_by_run.py)";

class Lister {
public:
  Lister(const Script& script, Budget& budget, std::vector<Note>& notes)
      : script_(script), budget_(budget), notes_(notes), surroundings_(script.surroundings(budget)) {}

  void add(std::size_t offset) {
    const std::size_t statement = script_.statement_at(offset);
    auto call = expression::parse_first(script_.up_to_end(statement), offset);
    if (!call) throw expression::Problem(call.error());
    const bool loops = read_loops(statement) || stands_behind(statement, "for", call->end);
    auto found = evaluate(*call);
    if (!found) {
      if (!loops) throw expression::Problem(found.error());
      notes_.push_back({offset, fmt::format("this call stands in a loop that only the running program knows, and is "
                                            "left out; {}",
                                            kDefineByRun)});
      return;
    }
    note_branch(statement, offset);
    if (found->kind != Expression::Kind::list) return take(std::move(*found));
    for (Expression& one : found->items) take(std::move(one));
  }

  Expression take_list() { return std::move(list_); }

private:
  /// A loop is a comprehension that was written otherwise.
  expression::Parsed<Expression> evaluate(const Syntax& call) {
    if (clauses_.empty()) return expression::evaluate(call, surroundings_, budget_);
    Syntax all;
    all.kind = Syntax::Kind::comprehension;
    all.offset = all.start = call.start;
    all.end = call.end;
    all.name = "list";
    all.parts.push_back(call);
    all.clauses = clauses_;
    return expression::evaluate(all, surroundings_, budget_);
  }

  /// The loops around a statement, the outermost first. True if there are any.
  bool read_loops(std::size_t statement) {
    clauses_.clear();
    bool any = false;
    for (std::size_t at = script_.statements()[statement].parent; at != Statement::kNone;
         at = script_.statements()[at].parent) {
      const Statement& header = script_.statements()[at];
      if (header.keyword == "def" || header.keyword == "async") break;
      any = any || header.keyword == "for" || header.keyword == "while";
      if (header.keyword != "for") continue;
      auto clause = expression::parse_loop(script_.up_to_end(at), header.begin);
      if (clause) clauses_.insert(clauses_.begin(), std::move(*clause));
    }
    return any;
  }

  /// Whether a word stands in the statement behind an offset: `[trial.suggest_…(…) for …]`.
  [[nodiscard]] bool stands_behind(std::size_t statement, std::string_view word, std::size_t offset) const {
    bool found = false;
    script_.each_name(statement,
                      [&](std::size_t at, std::string_view name) { found = found || (at >= offset && name == word); });
    return found;
  }

  void note_branch(std::size_t statement, std::size_t offset) {
    for (std::size_t at = script_.statements()[statement].parent; at != Statement::kNone;
         at = script_.statements()[at].parent) {
      const std::string_view keyword = script_.statements()[at].keyword;
      if (keyword == "def" || keyword == "async") break;
      if (keyword != "if" && keyword != "elif" && keyword != "else" && keyword != "case" && keyword != "except")
        continue;
      return note_that(offset);
    }
    if (stands_behind(statement, "else", offset)) note_that(offset);
  }

  void note_that(std::size_t offset) {
    notes_.push_back(
        {offset, fmt::format("this call stands in a branch; here every trial gets its value; {}", kDefineByRun)});
  }

  /// The same call twice is one: the trial has the value then.
  void take(Expression call) {
    const auto same = [&](const Expression& other) {
      return other.name == call.name && items_of(other) == items_of(call);
    };
    if (std::none_of(list_.items.begin(), list_.items.end(), same)) list_.items.push_back(std::move(call));
  }

  static Value items_of(const Expression& call) {
    Value all = Value::array();
    for (const Expression& item : call.items) all.push_back(expression::to_value(item).value_or(item.offset));
    for (const Expression::Named& named : call.named) {
      all.push_back(named.name);
      all.push_back(expression::to_value(named.value).value_or(named.offset));
    }
    return all;
  }

  const Script& script_;
  Budget& budget_;
  std::vector<Note>& notes_;
  expression::Surroundings surroundings_;
  std::vector<Syntax::Clause> clauses_;
  Expression list_ = expression::expression_of(Expression::Kind::list);
};

}  // namespace

Expression list_suggests(const Script& script, const Candidate& candidate, Budget& budget, std::vector<Note>& notes) {
  Lister lister(script, budget, notes);
  for (const std::size_t offset : candidate.suggests) lister.add(offset);
  std::stable_sort(notes.begin(), notes.end(), [](const Note& a, const Note& b) { return a.offset < b.offset; });
  Expression list = lister.take_list();
  list.offset = candidate.offset;
  if (list.items.empty() && !notes.empty()) complain(notes.front().offset, notes.front().what);
  return list;
}

}  // namespace winnow::python

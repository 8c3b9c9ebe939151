#include <winnow/space/dialects/python/candidates.hpp>

#include <algorithm>
#include <array>

#include <winnow/space/dialects/expression/cursor.hpp>

namespace winnow::python {
namespace {

using expression::Cursor;
using expression::Script;
using expression::Statement;

/// Under these names functions take a space: Ray Tune's `Tuner` and `run`, Optuna's samplers, W&B's `sweep`.
constexpr std::array<std::string_view, 6> kKeywords = {"param_space", "config", "search_space",
                                                       "space",       "sweep",  "sweep_config"};

/// Of more no relations are looked for, which takes all with all.
constexpr std::size_t kMostRelated = 200;

/// A dict or a call of `dict` starts here.
bool is_dict(std::string_view text, std::size_t at) {
  Cursor cursor(text, at);
  return (cursor.place(), cursor.sees("{")) || (cursor.take_word("dict") && (cursor.place(), cursor.sees("(")));
}

std::size_t start_of(std::string_view text, std::size_t at) {
  return Cursor(text, at).place();
}

bool is_suggest(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot != std::string_view::npos && name.substr(dot + 1).starts_with("suggest_");
}

/// `config = {…}`, `return {…}`, or a dict alone.
void find_dict(const Script& script, std::size_t index, std::vector<Candidate>& found) {
  const Statement& statement = script.statements()[index];
  const std::string_view text = script.up_to_end(index);
  if (statement.keyword == "return" && is_dict(text, statement.begin + 6)) {
    const std::size_t function = script.function_of(index);
    const std::string name(function == Statement::kNone ? "" : script.function_name(function));
    found.push_back({.name = name, .offset = start_of(text, statement.begin + 6), .statement = index});
  }
  const bool alone = statement.keyword.empty() && (is_dict(text, statement.begin) || text[statement.begin] == '[');
  if (alone) found.push_back({.name = "", .offset = statement.begin, .statement = index});
}

/// `Tuner(train, param_space={…})`, `wandb.sweep({…})`
void find_argument(const Script& script, std::size_t index, std::vector<Candidate>& found) {
  const std::string_view text = script.up_to_end(index);
  script.each_name(index, [&](std::size_t offset, std::string_view name) {
    const bool keyword = std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end();
    const bool call = name == "wandb.sweep";
    if (!keyword && !call) return;
    Cursor cursor(text, offset + name.size());
    if (cursor.take(keyword ? "=" : "(") && is_dict(text, cursor.at())) {
      found.push_back({.name = std::string(name), .offset = cursor.place(), .statement = index});
    }
  });
}

void find_suggests(const Script& script, std::size_t index, std::vector<Candidate>& found) {
  const std::size_t function = script.function_of(index);
  script.each_name(index, [&](std::size_t offset, std::string_view name) {
    if (!is_suggest(name)) return;
    Cursor cursor(script.up_to_end(index), offset + name.size());
    if (!cursor.take("(")) return;
    const auto same = std::find_if(found.begin(), found.end(), [&](const Candidate& candidate) {
      return !candidate.suggests.empty() && script.function_of(candidate.statement) == function;
    });
    if (same != found.end()) return same->suggests.push_back(offset);
    const std::string place(function == Statement::kNone ? "" : script.function_name(function));
    found.push_back({.name = place, .offset = offset, .statement = index, .suggests = {offset}});
  });
}

bool contains(const Script& script, const Candidate& dict, std::size_t offset) {
  return offset >= dict.offset && offset < script.statements()[dict.statement].end;
}

/// Calls in a dict of the file itself belong to the dict; a dict in a function belongs to the function's calls.
void settle_dicts(const Script& script, std::vector<Candidate>& found) {
  for (Candidate& dict : found) {
    if (!dict.suggests.empty()) continue;
    for (Candidate& calls : found) {
      const auto inside = [&](std::size_t offset) { return contains(script, dict, offset); };
      if (std::none_of(calls.suggests.begin(), calls.suggests.end(), inside)) continue;
      if (script.function_of(dict.statement) != Statement::kNone) {
        dict.by_name_only = true;
      } else if (std::erase_if(calls.suggests, inside); calls.suggests.empty()) {
        calls.is_void = true;
      }
    }
  }
  std::erase_if(found, [](const Candidate& candidate) { return candidate.is_void; });
}

/// Whether a function's statements name another one.
bool uses(const Script& script, std::size_t function, std::string_view name) {
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    bool named = false;
    if (script.function_of(i) != function) continue;
    script.each_name(i, [&](std::size_t, std::string_view word) { named = named || word == name; });
    if (named) return true;
  }
  return false;
}

/// An objective asks by its helpers too, which take its trial.
void settle_helpers(const Script& script, std::vector<Candidate>& found) {
  for (Candidate& helper : found) {
    const std::size_t own = script.function_of(helper.statement);
    if (helper.suggests.empty() || own == Statement::kNone) continue;
    for (Candidate& caller : found) {
      const std::size_t function = script.function_of(caller.statement);
      if (caller.suggests.empty() || function == own || function == Statement::kNone) continue;
      if (!uses(script, function, helper.name)) continue;
      caller.suggests.insert(caller.suggests.end(), helper.suggests.begin(), helper.suggests.end());
      helper.by_name_only = true;
    }
  }
}

}  // namespace

std::vector<Candidate> candidates(const Script& script) {
  std::vector<Candidate> found;
  for (const expression::Assignment& assignment : script.assignments()) {
    const std::string_view text = script.up_to_end(assignment.statement);
    if (is_dict(text, assignment.value)) {
      found.push_back(
          {.name = assignment.target, .offset = start_of(text, assignment.value), .statement = assignment.statement});
    }
  }
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    find_dict(script, i, found);
    find_argument(script, i, found);
    find_suggests(script, i, found);
  }
  if (found.size() <= kMostRelated) {
    settle_dicts(script, found);
    settle_helpers(script, found);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.offset < b.offset; });
  const auto is_same = [](const Candidate& a, const Candidate& b) {
    return a.offset == b.offset && a.suggests.empty() == b.suggests.empty();
  };
  found.erase(std::unique(found.begin(), found.end(), is_same), found.end());
  return found;
}

}  // namespace winnow::python

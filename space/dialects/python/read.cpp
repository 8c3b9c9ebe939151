#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include <winnow/core/nearest.hpp>
#include <winnow/space/detail/tree_builder.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/dialects/expression/cursor.hpp>
#include <winnow/space/dialects/expression/evaluate.hpp>
#include <winnow/space/dialects/python.hpp>
#include <winnow/space/dialects/python/candidates.hpp>
#include <winnow/space/dialects/python/changes.hpp>
#include <winnow/space/dialects/python/nodes.hpp>
#include <winnow/space/dialects/python/suggests.hpp>

namespace winnow::python {
namespace {

using expression::Script;

/// How much a dict looks like a space: nothing is drawn from it; it may be W&B's bare space, or any dict of dicts; it
/// is one, or was meant as one.
enum class Likeness { none, weak, strong };

struct Reading {
  Candidate candidate;
  Node node{};
  std::optional<expression::Problem> problem{};
  std::vector<Note> notes{};
  Likeness likeness = Likeness::none;
};

bool is_sweep(const Node& root) {
  const Node* parameters = root.find("parameters");
  return root.find("space") != nullptr || (parameters != nullptr && parameters->is_mapping());
}

class Reader {
public:
  Reader(const Script& script, std::string_view file) : script_(script), lines_(script.text()), file_(file) {}

  Result<SpaceText> read(std::string_view name) {
    std::vector<Reading> all;
    for (Candidate& candidate : candidates(script_)) all.push_back(read(std::move(candidate)));
    auto chosen = name.empty() ? only_one(all) : named(all, name);
    if (!chosen) return fail(chosen.error());
    Reading& reading = **chosen;
    if (reading.problem) return fail(placed(*reading.problem, reading.candidate.name));
    SpaceText text{.document = {std::string(file_), std::move(reading.node)}, .is_python = true};
    for (const Note& note : reading.notes)
      text.warnings.push_back(placed({note.offset, note.what}, reading.candidate.name).message);
    return text;
  }

private:
  [[nodiscard]] std::size_t line_of(const Reading& reading) const { return lines_.at(reading.candidate.offset).line; }

  [[nodiscard]] Error placed(const expression::Problem& problem, std::string_view name) const {
    return problem_in(
        file_, {lines_.at(problem.offset), name.empty() ? problem.what : fmt::format("{}: {}", name, problem.what)});
  }

  /// `config (line 12)`
  [[nodiscard]] std::string described(const Reading& reading) const {
    const std::string& name = reading.candidate.name;
    return fmt::format("{}line {}{}", name.empty() ? "" : name + " (", line_of(reading), name.empty() ? "" : ")");
  }

  [[nodiscard]] std::string listed(const std::vector<Reading*>& readings) const {
    std::string text;
    for (const Reading* reading : readings) text += (text.empty() ? "" : ", ") + described(*reading);
    return text;
  }

  Reading read(Candidate candidate) {
    Reading reading{.candidate = std::move(candidate)};
    expression::Budget budget;
    budget.left = std::min(budget.left, left_);
    const std::size_t before = budget.left;
    try {
      reading.node = node_of(expression_of(reading, budget), lines_);
      reading.likeness = likeness_of(reading.node);
    } catch (expression::Problem& problem) {
      reading.problem = std::move(problem);
      reading.likeness = draws(reading.candidate) ? Likeness::strong : Likeness::none;
    }
    left_ -= before - budget.left;
    return reading;
  }

  expression::Expression expression_of(Reading& reading, expression::Budget& budget) {
    const Candidate& candidate = reading.candidate;
    if (!candidate.suggests.empty()) return list_suggests(script_, candidate, budget, reading.notes);
    const auto surroundings = surroundings_of(script_, budget);
    auto syntax = expression::parse_first(script_.up_to_end(candidate.statement), candidate.offset);
    auto dict = syntax ? expression::evaluate(*syntax, surroundings, budget)
                       : expression::Parsed<expression::Expression>(tl::unexpect, syntax.error());
    if (!dict) throw expression::Problem(dict.error());
    take_changes(script_, candidate, *dict, budget);
    return std::move(*dict);
  }

  static Likeness likeness_of(const Node& node) {
    if (is_sweep(node)) return Likeness::strong;
    const auto dialect = recognise(node);
    if (!dialect) return Likeness::none;
    return *dialect == Dialect::wandb ? Likeness::weak : Likeness::strong;
  }

  /// Whether what couldn't be read was meant as a space, as its words say.
  [[nodiscard]] bool draws(const Candidate& candidate) const {
    if (!candidate.suggests.empty()) return true;
    expression::Budget budget;
    const auto surroundings = script_.surroundings(budget);
    bool found = false;
    script_.each_name(candidate.statement, [&](std::size_t offset, std::string_view name) {
      if (offset < candidate.offset) return;
      const auto imported = surroundings.imported.find(name.substr(0, name.find('.')));
      const bool from_ray = imported != surroundings.imported.end() && imported->second.starts_with("ray.tune");
      found = found || from_ray || name.starts_with("tune.") || name.starts_with("ray.tune.") ||
              name.ends_with("Distribution") || name.find(".suggest_") != std::string_view::npos;
    });
    const std::string_view text = script_.up_to_end(candidate.statement).substr(candidate.offset);
    return found || text.find("\"parameters\"") != std::string_view::npos ||
           text.find("'parameters'") != std::string_view::npos;
  }

  Result<Reading*> only_one(std::vector<Reading>& all) const {
    for (const Likeness likeness : {Likeness::strong, Likeness::weak}) {
      std::vector<Reading*> fitting;
      for (Reading& reading : all) {
        if (reading.likeness == likeness && !reading.candidate.by_name_only) fitting.push_back(&reading);
      }
      if (fitting.size() == 1) return fitting.front();
      if (fitting.empty()) continue;
      return fail(errc::invalid_input,
                  fmt::format("{}: holds {} spaces; say which one by --space and its name or line: {}", file_,
                              fitting.size(), listed(fitting)));
    }
    if (all.size() == 1 && all.front().candidate.name.empty()) return &all.front();  // the file is this dict
    return fail(errc::invalid_input,
                fmt::format("{}: holds no search space: no dict with tune.…(…) calls, Optuna's distributions or W&B's "
                            "parameters, and no suggest calls; --space NAME reads a dict all the same",
                            file_));
  }

  Result<Reading*> named(std::vector<Reading>& all, std::string_view name) const {
    std::vector<Reading*> fitting;
    std::vector<std::string> names;
    for (Reading& reading : all) {
      if (!reading.candidate.name.empty()) names.push_back(reading.candidate.name);
      if (reading.candidate.name == name || fmt::to_string(line_of(reading)) == name) fitting.push_back(&reading);
    }
    if (std::any_of(fitting.begin(), fitting.end(), [](const Reading* r) { return !r->candidate.by_name_only; })) {
      std::erase_if(fitting, [](const Reading* reading) { return reading->candidate.by_name_only; });
    }
    if (fitting.size() == 1) return fitting.front();
    if (fitting.empty()) {
      std::sort(names.begin(), names.end());
      names.erase(std::unique(names.begin(), names.end()), names.end());
      return fail(errc::invalid_input,
                  fmt::format("{}: --space {}: there is no dict, and no function with suggest calls, of this name{} "
                              "(there are: {})",
                              file_, name, did_you_mean(name, names), winnow::listed(names)));
    }
    return fail(errc::invalid_input, fmt::format("{}: --space {}: there are {} of this name; give the line: {}", file_,
                                                 name, fitting.size(), listed(fitting)));
  }

  const Script& script_;
  Lines lines_;
  std::string_view file_;
  std::size_t left_ = 10'000'000;  ///< steps, for all that the script holds
};

}  // namespace

Result<SpaceText> read(std::string_view text, std::string_view file, std::string_view name) {
  if (!is_python(text, file)) {
    if (!name.empty()) {
      return fail(errc::invalid_input,
                  fmt::format("{}: --space {}: names a space in a Python file, and this is none", file, name));
    }
    auto document = parse_document(text, file);
    if (!document) return fail(document.error());
    return SpaceText{.document = std::move(*document)};
  }
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const auto problem = check_characters(text)) return fail(problem_in(file, *problem));
  const auto script = Script::read(text);
  if (!script) return fail(problem_in(file, {Lines(text).at(script.error().offset), script.error().what}));
  return Reader(*script, file).read(name);
}

}  // namespace winnow::python

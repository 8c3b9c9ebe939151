#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <winnow/space/dialects/sigopt.hpp>
#include <winnow/space/dialects/sigopt/parts.hpp>
#include <winnow/space/linear_constraints.hpp>

namespace winnow::sigopt {
namespace {

class Printer {
public:
  explicit Printer(const Space& space) : space_(space) {}

  PrintedSpace print() {
    find_conditionals();
    printed_.json["parameters"] = OrderedJson::array();
    for (const Parameter& parameter : space_.parameters()) {
      if (!is_conditional(parameter.name())) put(parameter);
    }
    for (const Conditional& conditional : conditionals_) {
      printed_.json["conditionals"].push_back({{"name", conditional.name}, {"values", conditional.values}});
    }
    check_combinations();
    put_constraints();
    return std::move(printed_);
  }

private:
  void note(const std::string& name, const std::string& what) { printed_.notes.push_back(name + ": " + what); }

  Note note_of(const std::string& name) {
    return [this, name](const std::string& what) { note(name, what); };
  }

  [[nodiscard]] bool is_conditional(const std::string& name) const {
    return std::any_of(conditionals_.begin(), conditionals_.end(), [&](const auto& c) { return c.name == name; });
  }

  void find_conditionals() {
    std::set<std::string> wanted;
    for (const Parameter& parameter : space_.parameters()) {
      for (const Condition& condition : parameter.conditions) wanted.insert(condition.parent);
    }
    for (const Parameter& parameter : space_.parameters()) {
      const std::string name = parameter.name();
      const auto* domain = std::get_if<Categorical>(&parameter.domain);
      if (!wanted.contains(name) || domain == nullptr || distinct(domain->values).size() < 2) continue;
      const bool numbers = std::all_of(domain->values.begin(), domain->values.end(),
                                       [](const Value& value) { return value.is_number(); });
      if (numbers) note(name, "the values become texts");
      Conditional conditional{.name = name, .values = {}};
      for (const Value& value : categories(*domain, note_of(name))) conditional.values.emplace_back(as_text(value));
      conditionals_.push_back(std::move(conditional));
      if (!parameter.conditions.empty()) note(name, "a conditional can't hang on another one; always there");
      note_place(parameter);
    }
  }

  void note_place(const Parameter& parameter) {
    if (parameter.path.size() > 1) note(parameter.name(), "there are no groups; the name keeps its dots");
    if (parameter.grid) note(parameter.name(), "the grid mark has no equal; it is searched like the rest");
  }

  /// All that must hold, those of the parents included, one for each conditional.
  void gather(const Parameter& parameter, const std::string& name,
              std::map<std::string, std::vector<Value>>& gathered) {
    for (const Condition& condition : parameter.conditions) {
      if (!is_conditional(condition.parent)) {
        note(name, fmt::format("a condition on {} has no equal; there whatever that is", condition.parent));
        continue;
      }
      std::vector<Value> values;
      for (const Value& value : condition.values) values.emplace_back(as_text(value));
      values = distinct(values);
      const auto [known, fresh] = gathered.emplace(condition.parent, values);
      if (!fresh) {
        std::erase_if(known->second, [&](const Value& value) {
          return std::find(values.begin(), values.end(), value) == values.end();
        });
      }
      gather(*space_.find(condition.parent), name, gathered);
    }
  }

  std::vector<Condition> conditions_of(const Parameter& parameter) {
    std::map<std::string, std::vector<Value>> gathered;
    gather(parameter, parameter.name(), gathered);
    std::vector<Condition> conditions;
    for (const Conditional& conditional : conditionals_) {
      const auto found = gathered.find(conditional.name);
      if (found == gathered.end()) continue;
      std::erase_if(found->second, [&](const Value& value) {
        const auto& values = conditional.values;
        return std::find(values.begin(), values.end(), value) == values.end();
      });
      conditions.push_back({found->first, found->second});
    }
    // In the order in which they are given, as far as they are the parameter's own.
    const auto place = [&](const Condition& condition) {
      return std::find_if(parameter.conditions.begin(), parameter.conditions.end(),
                          [&](const Condition& own) { return own.parent == condition.parent; });
    };
    std::stable_sort(conditions.begin(), conditions.end(),
                     [&](const Condition& a, const Condition& b) { return place(a) < place(b); });
    return conditions;
  }

  void put(const Parameter& parameter) {
    const std::string name = parameter.name();
    auto conditions = conditions_of(parameter);
    if (std::any_of(conditions.begin(), conditions.end(), [](const Condition& c) { return c.values.empty(); })) {
      return note(name, "its conditions never hold; left out");
    }
    const auto definition = print_domain(parameter.domain, note_of(name));
    if (!definition) return;
    note_place(parameter);
    OrderedJson json{{"name", name}};
    json.update(*definition);
    for (const Condition& condition : conditions) json["conditions"][condition.parent] = condition.values;
    printed_.json["parameters"].push_back(std::move(json));
    placed_.push_back({.path = {name}, .domain = parameter.domain, .conditions = std::move(conditions)});
  }

  void check_combinations() {
    std::vector<const Parameter*> parameters;
    for (const Parameter& parameter : placed_) parameters.push_back(&parameter);
    if (parameters.empty()) return note("parameters", "none is left");
    if (const auto hole = uncovered(conditionals_, parameters)) {
      note("conditionals", fmt::format("SigOpt wants a parameter for every combination; there is none when {}", *hole));
    }
  }

  void put_constraints() {
    std::vector<LinearConstraint> kept;
    const auto& constraints = space_.constraints();
    for (std::size_t i = 0; i < constraints.size(); ++i) {
      const std::string place = fmt::format("linear_constraints[{}]", i);
      const auto& terms = constraints[i].terms;
      const auto barred =
          std::find_if(terms.begin(), terms.end(), [&](const auto& term) { return !takes_it(term.name); });
      if (barred == terms.end()) {
        kept.push_back(constraints[i]);
      } else {
        note(place, fmt::format("{} is no plain number between bounds there; left out", barred->name));
      }
    }
    if (!kept.empty()) printed_.json["linear_constraints"] = to_json(kept);
  }

  /// As it is written: not left out, not by a grid.
  [[nodiscard]] bool takes_it(const std::string& name) const {
    const auto& written = printed_.json["parameters"];
    return std::any_of(written.begin(), written.end(), [&](const OrderedJson& json) {
      return json["name"] == name && json.contains("bounds") && !json.contains("transformation");
    });
  }

  const Space& space_;
  PrintedSpace printed_;
  std::vector<Conditional> conditionals_;
  std::vector<Parameter> placed_;  ///< those that are written, with the conditions that are
};

}  // namespace

PrintedSpace print(const Space& space) {
  return Printer(space).print();
}

}  // namespace winnow::sigopt

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/nni.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::nni {
namespace {

constexpr std::string_view kChoiceName = "_name";
constexpr std::size_t kMostChoices = 1000;  ///< written out

/// The definition, or why there is none.
using Answer = tl::expected<OrderedJson, std::string>;

Answer none(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

OrderedJson definition(std::string_view type, OrderedJson values) {
  return {{"_type", type}, {"_value", std::move(values)}};
}

struct PrintDefinition {
  Answer operator()(const Constant& domain) const { return definition("choice", OrderedJson::array({domain.value})); }

  Answer operator()(const Categorical& domain) const {
    if (!dialects::equal_weights(domain)) return none("weights have no equal in NNI");
    return definition("choice", domain.values);
  }

  Answer operator()(const Integer& domain) const {
    if (domain.log) return none("a log-uniform integer has no equal in NNI");
    if (domain.step == 1 && domain.high < std::numeric_limits<std::int64_t>::max()) {
      return definition("randint", {domain.low, domain.high + 1});
    }
    return as_choice(domain);
  }

  Answer operator()(const Float& domain) const {
    if (domain.range) return none("a cut-off or stretched law has no equal in NNI");
    if (domain.integral) return none("rounded to whole numbers it has no equal in NNI, whose results are real numbers");
    if (domain.step && domain.law == Law::uniform) return as_choice(domain);
    if (domain.step) return none("log with a step has no equal in NNI");
    if (is_single(domain)) return definition("choice", OrderedJson::array({domain.a}));
    if (domain.law == Law::beta) return none("beta has no equal in NNI");
    const bool bounded = domain.law != Law::normal && domain.law != Law::log_normal;
    const bool leaves =
        bounded && domain.q && !domain.clip &&
        (lattice::quantised(domain, domain.a) < domain.a || lattice::quantised(domain, domain.b) > domain.b);
    if (leaves) return none("NNI pulls what was rounded past the bounds back to them, and this isn't");
    OrderedJson values = {domain.a, domain.b};
    if (domain.q) values.push_back(*domain.q);
    return definition((domain.q ? "q" : "") + std::string(name_of(domain.law)), std::move(values));
  }

  Answer operator()(const Computed& domain) const {
    return none(fmt::format("the function '{}' computes it; a definition can't", domain.function));
  }

  static bool is_single(const Float& domain) {
    return (domain.law == Law::uniform || domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform) &&
           domain.a == domain.b && !domain.q;
  }

  static std::string_view name_of(Law law) {
    switch (law) {
      case Law::uniform: return "uniform";
      case Law::log_uniform:
      case Law::inv_log_uniform: return "loguniform";
      case Law::normal: return "normal";
      case Law::log_normal: return "lognormal";
      case Law::beta: break;
    }
    return "";
  }

  static Answer as_choice(const Domain& domain) {
    const auto points = grid_points(domain);
    if (!points || points->size() > kMostChoices) return none("its steps are too many for a list of choices");
    return definition("choice", *points);
  }
};

bool is_alternative(const Parameter& parameter) {
  return parameter.path.size() > 1 && parameter.path.back() == kChoiceName &&
         std::holds_alternative<Categorical>(parameter.domain);
}

class NniPrinter {
public:
  explicit NniPrinter(const Space& space) : space_(space) {}

  PrintedSpace print() {
    printed_.json = OrderedJson::object();
    for (const Parameter& parameter : space_.parameters()) {
      const Parameter* parent = alternative_of(parameter);
      if (parent == nullptr) dialects::note_conditions(parameter, "NNI's file", printed_.notes);
      for (OrderedJson* group : groups_of(parameter, parent)) put(parameter, *group);
    }
    dialects::note_constraints(space_, "NNI", printed_.notes);
    return std::move(printed_);
  }

private:
  /// The alternative whose group the parameter stands in, on which alone it hangs.
  [[nodiscard]] const Parameter* alternative_of(const Parameter& parameter) const {
    if (parameter.conditions.size() != 1) return nullptr;
    const Parameter* parent = space_.find(parameter.conditions.front().parent);
    if (parent == nullptr || !is_alternative(*parent)) return nullptr;
    const auto end = parent->path.end() - 1;
    const bool inside =
        parent->path.size() <= parameter.path.size() && std::equal(parent->path.begin(), end, parameter.path.begin());
    return inside ? parent : nullptr;
  }

  /// What the parameter is called within its group.
  [[nodiscard]] static std::string own_name(const Parameter& parameter) {
    return parameter.path[parameter.path.size() - (is_alternative(parameter) ? 2 : 1)];
  }

  /// The mappings that a parameter stands in: those of the alternatives that have it, or the root.
  std::vector<OrderedJson*> groups_of(const Parameter& parameter, const Parameter* parent) {
    if (parent == nullptr) return {&printed_.json};
    std::vector<OrderedJson*> groups;
    for (OrderedJson* around : groups_of(*parent, alternative_of(*parent))) {
      const std::string name = own_name(*parent);
      if (!around->contains(name)) continue;
      for (OrderedJson& item : (*around)[name]["_value"]) {
        const auto& values = parameter.conditions.front().values;
        if (std::find(values.begin(), values.end(), Value(item[std::string(kChoiceName)])) != values.end()) {
          groups.push_back(&item);
        }
      }
    }
    return groups;
  }

  void put(const Parameter& parameter, OrderedJson& group) {
    const std::string name =
        alternative_of(parameter) != nullptr || is_alternative(parameter) ? own_name(parameter) : parameter.name();
    if (is_alternative(parameter)) {
      OrderedJson values = OrderedJson::array();
      for (const Value& value : std::get<Categorical>(parameter.domain).values) {
        values.push_back({{std::string(kChoiceName), value}});
      }
      group[name] = definition("choice", std::move(values));
      return;
    }
    Answer answer = std::visit(PrintDefinition{}, parameter.domain);
    if (!answer) return printed_.notes.push_back(fmt::format("{}: {}; left out", parameter.name(), answer.error()));
    if (parameter.grid) {
      printed_.notes.push_back(
          fmt::format("{}: NNI has no grid mark; its GridSearch tuner crosses all", parameter.name()));
    }
    group[name] = std::move(*answer);
  }

  const Space& space_;
  PrintedSpace printed_;
};

}  // namespace

PrintedSpace print(const Space& space) {
  return NniPrinter(space).print();
}

}  // namespace winnow::nni

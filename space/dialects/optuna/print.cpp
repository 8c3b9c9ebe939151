#include <fmt/format.h>

#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/optuna.hpp>

namespace winnow::optuna {
namespace {

/// The distribution, or why there is none.
using Answer = tl::expected<OrderedJson, std::string>;

Answer none(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

OrderedJson distribution(std::string_view name, OrderedJson attributes) {
  return {{"name", name}, {"attributes", std::move(attributes)}};
}

struct Print {
  Answer operator()(const Constant& domain) const { return choices({domain.value}); }

  Answer operator()(const Categorical& domain) const {
    if (!dialects::equal_weights(domain)) return none("weights have no equal in Optuna");
    return choices(domain.values);
  }

  Answer operator()(const Integer& domain) const {
    const bool single = domain.low == domain.high;
    if (domain.floor && !single) return none("a log-uniform integer that is rounded down has no equal in Optuna");
    if (domain.log && domain.step != 1 && !single) return none("log with a step has no equal in Optuna");
    return distribution(
        "IntDistribution",
        {{"log", domain.log}, {"step", domain.log ? 1 : domain.step}, {"low", domain.low}, {"high", domain.high}});
  }

  Answer operator()(const Float& domain) const {
    const bool log = domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform;
    if (!log && domain.law != Law::uniform) return none("only uniform and log-uniform numbers have equals in Optuna");
    if (domain.q) return none("q, which rounds after drawing, has no equal in Optuna; its step is another law");
    if (domain.step && log) return none("log with a step has no equal in Optuna");
    return distribution("FloatDistribution", {{"step", domain.step ? OrderedJson(*domain.step) : OrderedJson(nullptr)},
                                              {"low", domain.a},
                                              {"high", domain.b},
                                              {"log", log}});
  }

  Answer operator()(const Computed& domain) const {
    return none(fmt::format("the function '{}' computes it; a distribution can't", domain.function));
  }

  static OrderedJson choices(const std::vector<Value>& values) {
    return distribution("CategoricalDistribution", {{"choices", values}});
  }
};

}  // namespace

PrintedSpace print(const Space& space) {
  PrintedSpace printed{.json = OrderedJson::object(), .notes = {}};
  for (const Parameter& parameter : space.parameters()) {
    const std::string name = parameter.name();
    Answer answer = std::visit(Print{}, parameter.domain);
    if (!answer) {
      printed.notes.push_back(fmt::format("{}: {}; left out", name, answer.error()));
      continue;
    }
    printed.json[name] = std::move(*answer);
    if (parameter.path.size() > 1) {
      printed.notes.push_back(fmt::format("{}: Optuna doesn't nest parameters; this is one name with dots", name));
    }
    if (parameter.grid) {
      printed.notes.push_back(
          fmt::format("{}: the grid is no part of a distribution; Optuna's GridSampler has it", name));
    }
    dialects::note_conditions(parameter, "Optuna's file", printed.notes);
  }
  dialects::note_constraints(space, "Optuna's file", printed.notes);
  return printed;
}

}  // namespace winnow::optuna

#include <fmt/format.h>

#include <winnow/space/dialects/detail/gathered.hpp>
#include <winnow/space/dialects/hydra.hpp>
#include <winnow/space/dialects/hydra/overrides.hpp>

namespace winnow::hydra {
namespace {

/// What stands behind `key=`, or why nothing does.
using Answer = tl::expected<std::string, std::string>;

Answer none(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

bool is_scalar(const Value& value) {
  return !value.is_structured() && !value.is_null();
}

std::string interval(double low, double high, bool log) {
  const std::string plain = fmt::format("interval({}, {})", to_override(low), to_override(high));
  return log ? fmt::format("tag(log, {})", plain) : plain;
}

struct PrintOverride {
  Answer operator()(const Constant& domain) const {
    if (is_scalar(domain.value)) return to_override(domain.value);
    return none("a list, a mapping or null is no value of a sweep");
  }

  Answer operator()(const Categorical& domain) const {
    if (!dialects::equal_weights(domain)) return none("weights have no equal in Hydra");
    std::string text;
    for (const Value& value : domain.values) {
      if (!is_scalar(value)) return none("lists, mappings and null can't be chosen from");
      text += (text.empty() ? "" : ", ") + to_override(value);
    }
    return fmt::format("choice({})", text);
  }

  Answer operator()(const Integer& domain) const {
    if (domain.floor) return none("a log-uniform integer that is rounded down has no equal in Hydra");
    if (domain.log && domain.step != 1) return none("log with a step has no equal in Hydra");
    if (domain.log) {
      return fmt::format("int({})", interval(static_cast<double>(domain.low), static_cast<double>(domain.high), true));
    }
    const std::string step = domain.step == 1 ? "" : fmt::format(", {}", domain.step);
    return fmt::format("range({}, {}{})", domain.low, domain.high, step);
  }

  Answer operator()(const Float& domain) const {
    const bool log = domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform;
    if (!log && domain.law != Law::uniform) return none("only uniform and log-uniform numbers have equals in Hydra");
    if (domain.q) return none("q, which rounds after drawing, has no equal in Hydra");
    if (!domain.step) return interval(domain.a, domain.b, log);
    if (log) return none("log with a step has no equal in Hydra");
    return fmt::format("range({}, {}, {})", to_override(domain.a), to_override(domain.b), to_override(*domain.step));
  }

  Answer operator()(const Computed& domain) const {
    return none(fmt::format("the function '{}' computes it; an override can't", domain.function));
  }
};

}  // namespace

PrintedSpace print(const Space& space) {
  PrintedSpace printed;
  OrderedJson params = OrderedJson::object();
  for (const Parameter& parameter : space.parameters()) {
    const std::string name = parameter.name();
    const Answer answer = std::visit(PrintOverride{}, parameter.domain);
    if (!answer) {
      printed.notes.push_back(fmt::format("{}: {}; left out", name, answer.error()));
      continue;
    }
    params[name] = *answer;
    const auto* constant = std::get_if<Constant>(&parameter.domain);
    if (constant != nullptr && constant->value.is_string() && *answer != constant->value.get<std::string>()) {
      printed.notes.push_back(name + ": is written in the quotes that Hydra needs, with which a program gets it");
    }
    if (parameter.grid) {
      printed.notes.push_back(fmt::format("{}: the grid is no part of an override; Optuna's GridSampler has it", name));
    }
    dialects::note_conditions(parameter, "Hydra's file", printed.notes);
  }
  dialects::note_constraints(space, "Hydra's file", printed.notes);
  printed.json["defaults"] = {{{"override /hydra/sweeper", "optuna"}}};
  printed.json["hydra"]["sweeper"]["params"] = std::move(params);
  return printed;
}

}  // namespace winnow::hydra

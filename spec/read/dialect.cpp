/// `space: {optuna | ray | sigopt: …}`: another tool's search space in a sweep file. A dialect is a format and its
/// defaults (docs/semantics.md, "Backends"); keys of the file itself come before them.
#include <fmt/format.h>

#include <winnow/samplers/registry.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/spec/dialect_defaults.hpp>
#include <winnow/spec/read/parts.hpp>
#include <winnow/spec/sigopt_experiment.hpp>

namespace winnow {

DialectDefaults defaults_of(Dialect dialect, std::size_t objectives) {
  switch (dialect) {
    case Dialect::optuna:
      // Optuna doesn't prune with several objectives.
      return {.method = "tpe", .scheduler = objectives > 1 ? "fifo" : "optuna_median"};
    case Dialect::ray: return {.resource = "reports", .stopped_are_eligible = true};
    case Dialect::sigopt: return {.method = "gp"};
    case Dialect::wandb: break;
  }
  return {};
}

std::vector<std::string> missing_policies(const DialectDefaults& defaults, bool own_method, bool own_scheduler) {
  std::vector<std::string> missing;
  if (!own_method && !is_sampler(defaults.method)) missing.push_back("the sampler " + defaults.method);
  if (!own_scheduler && !is_scheduler(defaults.scheduler)) {
    missing.push_back("the scheduler " + defaults.scheduler);
  }
  return missing;
}

}  // namespace winnow

namespace winnow::spec_reader {
namespace {

/// The name of the dialect, of the three that may stand here.
std::optional<Dialect> dialect_of(MappingReader& space) {
  std::optional<Dialect> found;
  for (const Dialect dialect : {Dialect::optuna, Dialect::ray, Dialect::sigopt}) {
    const std::string_view name = to_string(dialect);
    if (space.find(name) == nullptr) continue;
    if (found) space.complain(name, fmt::format("stands beside {}; give one of them", to_string(*found)));
    found = dialect;
  }
  space.finish("space");
  if (!found) space.complain("names no dialect: optuna, ray or sigopt");
  return found;
}

}  // namespace

void read_dialect(MappingReader& top, const Node& node, SweepSpec& spec) {
  MappingReader space(node, "space", top.diagnostics());
  if (top.find("parameters") != nullptr) return top.complain("space", "stands beside parameters; give one of them");
  const auto dialect = dialect_of(space);
  if (!dialect || !top.diagnostics().ok()) return;
  const std::string_view name = to_string(*dialect);
  const Node& content = *space.find(name);
  const std::string path = space.path_of(name);
  if (content.kind == Node::Kind::scalar) {
    return space.complain(name, "must be the space itself; a path to one is for a sweep file on disk");
  }
  std::optional<std::string> own_method;
  if (*dialect == Dialect::sigopt) {
    if (const auto cap = top.integer("run_cap", 1)) spec.run_cap = cap;
    own_method = read_sigopt_experiment(content, spec, top.diagnostics(), path);
  } else {
    spec.space = winnow::read_space(*dialect, content, top.diagnostics(), path);
  }
  if (top.find("metric") != nullptr || top.find("metrics") != nullptr) {
    spec.metrics.clear();
    spec.other_metrics.clear();
    read_metrics(top, spec);
  }
  const DialectDefaults defaults = defaults_of(*dialect, spec.metrics.size());
  if (top.find("method") == nullptr) spec.method = own_method.value_or(defaults.method);
  spec.scheduler = {
      .type = defaults.scheduler, .resource = defaults.resource, .metric = std::nullopt, .options = Value::object()};
  spec.stopped_are_eligible = defaults.stopped_are_eligible;
  // No silent random search: what the dialect brings must be there, or the file must name something else.
  const auto missing = missing_policies(defaults, top.find("method") != nullptr || own_method,
                                        has_scheduler(top) || top.find("early_terminate") != nullptr);
  if (missing.empty()) return;
  space.complain(name, fmt::format("brings {}, which this version doesn't have; name others, e.g. method: random, "
                                   "scheduler: {{type: fifo}}",
                                   fmt::join(missing, " and ")));
}

}  // namespace winnow::spec_reader

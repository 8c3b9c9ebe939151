/// `space: {optuna | ray | sigopt: …}`: another tool's search space in a sweep file. A dialect is a format and its
/// defaults (docs/semantics.md, "Backends"); keys of the file itself come before them.
#include <fmt/format.h>

#include <winnow/spec/dialect_sweep.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

/// The dialect that is named, of those that may stand here.
std::optional<Dialect> dialect_of(MappingReader& space) {
  std::optional<Dialect> found;
  std::vector<std::string> names;
  for (const Dialect dialect : all_dialects()) {
    if (!sweep_of(dialect).in_space_key) continue;
    const std::string_view name = to_string(dialect);
    names.emplace_back(name);
    if (space.find(name) == nullptr) continue;
    if (found) space.complain(name, fmt::format("stands beside {}; give one of them", to_string(*found)));
    found = dialect;
  }
  space.finish("space");
  if (!found) {
    const std::string last = names.back();
    names.pop_back();
    space.complain(fmt::format("names no dialect: {} or {}", listed(names), last));
  }
  return found;
}

}  // namespace

void read_dialect(MappingReader& top, const Node& node, SweepSpec& spec, Reading reading) {
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
  const Value own_options = spec.sampler_options;
  if (const auto read = sweep_of(*dialect).read) {
    if (const auto cap = top.integer("run_cap", 1)) spec.run_cap = cap;
    own_method = read(content, spec, top.diagnostics(), path);
  } else {
    spec.space = winnow::read_space(*dialect, content, top.diagnostics(), path);
  }
  if (top.find("metric") != nullptr || top.find("metrics") != nullptr) {
    spec.metrics.clear();
    spec.other_metrics.clear();
    read_metrics(top, spec);
  }
  DialectDefaults defaults = sweep_of(*dialect).defaults(spec.metrics.size());
  if (own_method) defaults.method = *own_method;
  const bool has_method = spec_reader::own_method(top).has_value();
  if (!has_method) spec.method = defaults.method;
  if (has_method) spec.sampler_options = own_options;
  spec.scheduler = {
      .type = defaults.scheduler, .resource = defaults.resource, .metric = std::nullopt, .options = Value::object()};
  spec.stopped_are_eligible = defaults.stopped_are_eligible;
  // No silent random search: what the dialect brings must be there, or the file must name something else.
  const auto missing =
      missing_policies(defaults, has_method, has_scheduler(top) || top.find("early_terminate") != nullptr);
  if (missing.empty() || reading == Reading::to_convert) return;
  space.complain(name, fmt::format("brings {}, which this version doesn't have; name others, e.g. method: random, "
                                   "scheduler: {{type: fifo}}",
                                   fmt::join(missing, " and ")));
}

}  // namespace winnow::spec_reader

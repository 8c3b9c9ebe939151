#include <fmt/format.h>

#include <set>
#include <winnow/samplers/registry.hpp>
#include <winnow/space/dialects/wandb.hpp>
#include <winnow/spec/read/parts.hpp>

namespace winnow::spec_reader {
namespace {

/// A grid has each value once; weights would be dropped without a word.
void check_weights(MappingReader& top, const SweepSpec& spec) {
  const Node* parameters = top.find("parameters");
  if (parameters == nullptr) return;
  for (const Parameter& parameter : spec.space.parameters()) {
    const auto* domain = std::get_if<Categorical>(&parameter.domain);
    if (domain == nullptr || domain->weights.empty() || !(parameter.grid || spec.method == "grid")) continue;
    top.diagnostics().error(wandb::definition(*parameters, parameter).position, "parameters." + parameter.name(),
                            "a grid has each value once, whatever its probability; take that out, or draw it");
  }
}

/// Returns how many went.
std::size_t drop_repeats_of(std::vector<Value>& values) {
  std::set<Value> seen;  // 1 and 1.0 are equal, true and 1 aren't
  return std::erase_if(values, [&](const Value& value) { return !seen.insert(value).second; });
}

}  // namespace

std::optional<std::string> own_method(MappingReader& top) {
  auto method = top.text("method");
  const Node* node = top.find("sampler");
  if (node == nullptr || !node->is_mapping()) return method;
  MappingReader sampler(*node, "sampler", top.diagnostics());
  auto type = sampler.text("type");
  if (type && method && *type != *method) {
    sampler.complain("type", fmt::format("is '{}', and method is '{}'; give one of them", *type, *method));
  }
  return type ? type : method;
}

void read_sampler(MappingReader& top, SweepSpec& spec) {
  const Node* node = top.find("sampler");
  if (node == nullptr) return;
  MappingReader sampler(*node, "sampler", top.diagnostics());
  static_cast<void>(sampler.text("type"));
  for (const Node::Entry& entry : node->entries) {
    if (!sampler.knows(entry.key)) spec.sampler_options[entry.key] = entry.node.value();
  }
}

void drop_repeats(MappingReader& top, SweepSpec& spec) {
  const Node* node = top.find("parameters");
  if (node == nullptr || spec.method != "grid" || top.find("num_samples") != nullptr) return;
  auto parameters = spec.space.parameters();
  bool any = false;
  for (Parameter& parameter : parameters) {
    auto* domain = std::get_if<Categorical>(&parameter.domain);
    const std::size_t all = domain == nullptr ? 0 : domain->values.size();
    const std::size_t dropped = domain == nullptr ? 0 : drop_repeats_of(domain->values);
    if (dropped == 0) continue;
    any = true;
    top.diagnostics().warn(wandb::definition(*node, parameter).position, "parameters." + parameter.name(),
                           fmt::format("{} of the {} values repeat{} another and {} dropped: method: grid tries each "
                                       "point once (num_samples: 2 tries all twice, as they are listed)",
                                       dropped, all, dropped == 1 ? "s" : "", dropped == 1 ? "is" : "are"));
  }
  if (!any) return;
  auto space = Space::make(std::move(parameters), spec.space.constraints());
  if (!space) return top.complain("parameters", space.error().message);
  spec.space = std::move(*space);
}

void check_method(MappingReader& top, const SweepSpec& spec) {
  if (spec.method == "custom" && !is_sampler("custom")) {
    return top.complain(
        "method", fmt::format("custom means a scheduler of W&B's own service; there are: {}", listed(sampler_names())));
  }
  check_weights(top, spec);
}

}  // namespace winnow::spec_reader

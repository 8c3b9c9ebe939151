#include <fmt/format.h>

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

}  // namespace

void check_method(MappingReader& top, const SweepSpec& spec) {
  if (spec.method == "bayes" && !is_sampler("gp") && !is_sampler("bayes")) {
    return top.complain("method", "bayes needs the sampler gp, which this version doesn't have; random is there");
  }
  if (spec.method == "custom" && !is_sampler("custom")) {
    return top.complain(
        "method", fmt::format("custom means a scheduler of W&B's own service; there are: {}", listed(sampler_names())));
  }
  check_weights(top, spec);
}

}  // namespace winnow::spec_reader

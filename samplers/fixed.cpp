#include <winnow/samplers/fixed.hpp>

#include <winnow/core/nearest.hpp>
#include <winnow/core/options.hpp>
#include <winnow/space/describe.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

Result<void> check(const Space& space, const std::string& name, const Value& value) {
  const Parameter* parameter = space.find(name);
  if (parameter == nullptr) {
    std::vector<std::string> names;
    for (const Parameter& known : space.parameters()) names.push_back(known.name());
    return invalid_option("fixed." + name, "no such parameter" + did_you_mean(name, names));
  }
  if (!contains(parameter->domain, value)) {
    return invalid_option("fixed." + name, value.dump() + " is outside the parameter: " + describe(parameter->domain));
  }
  return {};
}

}  // namespace

Result<Space> with_fixed(const Space& space, const Assignment& fixed) {
  if (fixed.empty() || space.parameters().empty()) return space;
  auto parameters = space.parameters();
  for (const auto& [name, value] : fixed.entries()) {
    if (auto valid = check(space, name, value); !valid) return fail(std::move(valid.error()));
    for (Parameter& parameter : parameters) {
      if (parameter.name() != name) continue;
      parameter.domain = Constant{value};
      parameter.grid = false;
    }
  }
  return Space::make(std::move(parameters), space.constraints());
}

Value FixedSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  const Value* value = fixed_.find(name);
  return value != nullptr && contains(domain, *value) ? *value : SamplerWrapper::draw(trial, name, domain);
}

}  // namespace winnow

#include <winnow/core/nearest.hpp>
#include <winnow/core/options.hpp>
#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/start_with.hpp>

namespace winnow {
namespace {

Result<void> check(const Assignment& point, const Space& space, const std::string& where) {
  if (space.parameters().empty()) return {};
  for (const auto& [name, value] : point.entries()) {
    const Parameter* parameter = space.find(name);
    if (parameter == nullptr) {
      std::vector<std::string> names;
      for (const Parameter& known : space.parameters()) names.push_back(known.name());
      return invalid_option(where + "." + name, "no such parameter" + did_you_mean(name, names));
    }
    if (!contains(parameter->domain, value)) {
      return invalid_option(where + "." + name, value.dump() + " is no value of this parameter");
    }
  }
  return {};
}

}  // namespace

Result<StartWith> StartWith::make(Options options, std::unique_ptr<Sampler> inner) {
  for (std::size_t i = 0; i < options.points.size(); ++i) {
    auto valid = check(options.points[i], options.space, "start_with[" + std::to_string(i) + "]");
    if (!valid) return fail(std::move(valid.error()));
  }
  StartWith sampler(std::move(options), std::move(inner));
  for (TrialId trial = 0; trial < std::ssize(sampler.options_.points); ++trial) {
    if (sampler.propose(trial)) continue;
    return invalid_option("start_with[" + std::to_string(trial) + "]", "doesn't meet the linear constraints");
  }
  return sampler;
}

StartWith::StartWith(Options options, std::unique_ptr<Sampler> inner)
    : SamplerWrapper(std::move(inner)), options_(std::move(options)) {}

std::optional<Assignment> StartWith::propose(TrialId trial) {
  const Assignment* point = point_of(trial);
  if (point == nullptr) return SamplerWrapper::propose(trial);
  return complete(Source{options_.space, options_.seed, options_.functions}, trial,
                  [&](std::string_view name) { return point->find(name); });
}

Value StartWith::draw(TrialId trial, std::string_view name, const Domain& domain) {
  const Assignment* point = point_of(trial);
  const Value* given = point == nullptr ? nullptr : point->find(name);
  return given != nullptr && contains(domain, *given) ? *given : SamplerWrapper::draw(trial, name, domain);
}

const Assignment* StartWith::point_of(TrialId trial) const {
  if (trial < 0 || trial >= std::ssize(options_.points)) return nullptr;
  return &options_.points[static_cast<std::size_t>(trial)];
}

}  // namespace winnow

#include <winnow/samplers/detail/keyed.hpp>
#include <winnow/samplers/random.hpp>

namespace winnow {

std::optional<Assignment> RandomSampler::propose(TrialId trial) {
  return complete(Source{space_, seed_, functions_}, trial, [](std::string_view) { return nullptr; });
}

Value RandomSampler::draw(TrialId trial, std::string_view name, const Domain& domain) {
  return keyed_draw(seed_, trial, name, domain);
}

}  // namespace winnow

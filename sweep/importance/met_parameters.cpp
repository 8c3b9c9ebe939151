#include <winnow/sweep/importance/met_parameters.hpp>

namespace winnow::importance {

MetParameters::MetParameters(const Space& space) {
  for (const Parameter& parameter : space.parameters()) add(parameter.name(), &parameter.domain);
}

std::vector<MetParameters::Value> MetParameters::values_of(const RatedTrial& trial) {
  std::vector<Value> values;
  values.reserve(trial.params->entries().size());
  std::size_t next = 0;  // trials mostly have the space's parameters in the space's order
  for (const auto& [name, value] : trial.params->entries()) {
    const std::size_t place = next < all_.size() && all_[next].name == name ? next : find(name);
    next = place + 1;
    values.push_back({place, domain_of(trial, place), &value});
  }
  return values;
}

std::size_t MetParameters::add(const std::string& name, const Domain* usual) {
  places_.emplace(name, all_.size());
  all_.push_back({name, usual});
  return all_.size() - 1;
}

std::size_t MetParameters::find(const std::string& name) {
  const auto it = places_.find(name);
  return it != places_.end() ? it->second : add(name, nullptr);
}

const Domain* MetParameters::domain_of(const RatedTrial& trial, std::size_t place) const {
  for (const RatedTrial::Drawn& drawn : trial.drawn) {
    if (drawn.name == all_[place].name) return drawn.domain;
  }
  return all_[place].usual;
}

}  // namespace winnow::importance

/// The parameters that trials have, each at a place of its own: the space's first, in its order, then others as met.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <winnow/space/space.hpp>
#include <winnow/sweep/parameter_importance.hpp>

namespace winnow::importance {

class MetParameters {
public:
  struct Value {
    std::size_t place;
    const Domain* domain;  ///< null: neither the space nor the trial knows
    const winnow::Value* value;
  };

  /// The space must outlive it.
  explicit MetParameters(const Space& space);

  /// The trial's, in its order. They point into the trial, and the space.
  std::vector<Value> values_of(const RatedTrial& trial);

  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const std::string& name(std::size_t place) const { return all_[place].name; }

private:
  struct Met {
    std::string name;
    const Domain* usual;  ///< the space's; null: it isn't there
  };

  std::size_t add(const std::string& name, const Domain* usual);
  std::size_t find(const std::string& name);
  [[nodiscard]] const Domain* domain_of(const RatedTrial& trial, std::size_t place) const;

  std::vector<Met> all_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

}  // namespace winnow::importance

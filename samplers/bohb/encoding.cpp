#include <winnow/samplers/bohb/encoding.hpp>

#include <limits>
#include <utility>

namespace winnow::bohb {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

std::vector<int> open_choices(const Domain& domain) {
  std::vector<int> open;
  const auto* choice = std::get_if<Categorical>(&domain);
  if (choice == nullptr) return open;
  for (std::size_t i = 0; i < choice->values.size(); ++i) {
    if (choice->weights.empty() || choice->weights[i] > 0) open.push_back(static_cast<int>(i));
  }
  return open;
}

}  // namespace

Encoding::Encoding(const Space& space) {
  for (const Parameter& parameter : space.parameters()) {
    UnitAxis axis(parameter.domain);
    if (axis.kind() == UnitAxis::Kind::fixed) continue;
    const bool is_choice = axis.kind() == UnitAxis::Kind::categorical;
    levels_.push_back(is_choice ? static_cast<int>(axis.points()) : 0);
    choices_.push_back(open_choices(parameter.domain));
    places_.emplace(parameter.name(), size());
    axes_.push_back({parameter.name(), std::move(axis)});
  }
}

Index Encoding::find(std::string_view name) const {
  const auto it = places_.find(name);
  return it == places_.end() ? -1 : it->second;
}

VectorXd Encoding::point(const Assignment& params) const {
  VectorXd x = VectorXd::Constant(size(), std::numeric_limits<double>::quiet_NaN());
  for (const auto& [name, value] : params.entries()) {
    const Index i = find(name);
    if (i < 0) continue;
    const auto k = static_cast<std::size_t>(i);
    const UnitAxis& axis = axes_[k].axis;
    x(i) = levels_[k] > 0 ? static_cast<double>(axis.index(value)) : axis.position(value);
  }
  return x;
}

Value Encoding::value(Index i, double x) const {
  const UnitAxis& axis = axes_[static_cast<std::size_t>(i)].axis;
  const auto* choice = std::get_if<Categorical>(&axis.domain());
  return choice == nullptr ? axis.value(x) : choice->values[static_cast<std::size_t>(x)];
}

}  // namespace winnow::bohb

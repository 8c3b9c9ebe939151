/// The parameters of a space that vary, as the sides of a unit cube, in the order of the space. A conditional one keeps
/// its side whether it is present or not.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/space.hpp>
#include <winnow/space/unit_axis.hpp>

namespace winnow {

class UnitCube {
public:
  struct Side {
    std::string name;
    UnitAxis axis;
  };

  explicit UnitCube(const Space& space);

  [[nodiscard]] std::size_t dimension() const { return sides_.size(); }
  [[nodiscard]] const std::vector<Side>& sides() const { return sides_; }
  /// Which side the parameter is; nullopt: it doesn't vary.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const;
  /// One value for each side.
  [[nodiscard]] std::vector<Value> values(const std::vector<double>& point) const;

private:
  std::vector<Side> sides_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

/// True if the linear constraints hold for these values of the sides.
bool feasible(const Space& space, const UnitCube& cube, const std::vector<Value>& values);

}  // namespace winnow

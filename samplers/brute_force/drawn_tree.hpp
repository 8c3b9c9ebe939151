/// What trials asked for while they ran, as a tree: samplers/brute_force.hpp says by which rule it is gone through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/space/domain.hpp>

namespace winnow::brute_force {

class DrawnTree {
public:
  /// Where a trial stands. Stays valid as long as the tree.
  struct Place {
    Place* parent = nullptr;
    enum class Kind { open, closed, inner } kind = Kind::open;
    std::string name{};                                ///< of an inner one: the parameter asked for there
    std::vector<Value> points{};                       ///< its values
    std::map<std::size_t, std::unique_ptr<Place>> to;  ///< by value; those that no trial has taken are left out
    int running = 0;                                   ///< trials that stand here
    std::uint64_t ends = 1;                            ///< open ends from here on
    std::uint64_t free_ends = 1;                       ///< those at which no trial stands
  };

  DrawnTree() : root_(std::make_unique<Place>()) {}

  [[nodiscard]] const Place& root() const { return *root_; }
  Place* enter();
  /// The trial was given a value; null: it has left the tree, with a value off the grid, or a parameter that isn't the
  /// one that others asked for there.
  Place* go(Place* from, std::string_view name, const Domain& domain, const Value& value);
  /// It will ask for nothing more.
  void leave(Place* from);
  /// It asks for more after all.
  void come_back(Place* to) { stand(to, 1); }
  /// How likely each of the parameter's values is to be given, not normalised; empty if it has no grid, or isn't the
  /// one that others asked for here.
  static std::vector<double> weights(const Place& at, std::string_view name, const std::vector<Value>& points,
                                     bool free_only);
  [[nodiscard]] bool has_ends(bool free_only) const { return (free_only ? root_->free_ends : root_->ends) > 0; }

private:
  static void stand(Place* at, int change);
  static void count(Place* at, std::uint64_t ends, std::uint64_t free_ends);

  std::unique_ptr<Place> root_;
};

}  // namespace winnow::brute_force

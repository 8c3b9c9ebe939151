/// The combinations of a discrete space, by number.
///
/// Parameters that no condition and no linear constraint ties together are factors of a product. A factor that others
/// hang on is a sum: for each way in which its values meet their conditions, how many values do, times what is below.
/// So a number of points costs memory only in groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/space.hpp>

namespace winnow::brute_force {

inline constexpr std::uint64_t kMany = std::numeric_limits<std::int64_t>::max();

struct Group;
/// One parameter, or several that linear constraints tie together.
struct Factor {
  std::vector<std::size_t> axes;
  std::vector<Group> groups;
  std::uint64_t size = 0;
};
/// A product.
struct Node {
  std::vector<Factor> factors;
  std::uint64_t size = 1;
};
/// The points of a factor that make the same conditions hold.
struct Group {
  std::vector<std::uint64_t> points;  ///< numbers of them, ascending; empty: 0 … count−1
  std::uint64_t count = 0;
  Node below;
};

class Combinations {
public:
  /// Fails with `invalid_option`.
  static Result<Combinations> make(const Space& space);

  /// Saturates at 2^63 − 1.
  [[nodiscard]] std::uint64_t size() const { return root_.size; }
  /// Number `index`, below a size that isn't saturated; without computed parameters.
  [[nodiscard]] Assignment at(std::uint64_t index) const;
  /// Which one it is; nullopt if the assignment lacks a parameter that would be present, or has a value off the grid.
  [[nodiscard]] std::optional<std::uint64_t> index_of(const Assignment& assignment) const;
  /// What the assignment says of the parameters that are crossed.
  [[nodiscard]] Assignment part_of(const Assignment& assignment) const;

  struct Axis {
    std::string name;
    std::vector<Value> points;
    std::vector<Condition> conditions{};  ///< on others that are crossed
    std::size_t tie = 0;                  ///< the first of those that constraints tie it to
  };

private:
  void add(const Node& node, std::uint64_t index, Assignment& to) const;
  [[nodiscard]] std::optional<std::uint64_t> number(const Node& node, const Assignment& assignment) const;
  [[nodiscard]] std::optional<std::uint64_t> number(const Factor& factor, const Assignment& assignment) const;

  std::vector<Axis> axes_;  ///< in the order of the space
  Node root_;
};

}  // namespace winnow::brute_force

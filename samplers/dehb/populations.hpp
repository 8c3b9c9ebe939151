/// The populations of DEHB, one for each budget, and what the trials of one learn from another (Awad, Mallik and
/// Hutter, IJCAI 2021, §3 and Algorithm 1; the package 0.1.2).
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <vector>

namespace winnow::dehb {

/// In [0, 1]^d.
using Point = std::vector<double>;

struct Member {
  Point point{};
  double loss = std::numeric_limits<double>::infinity();  ///< infinite: not evaluated yet
};

using Population = std::vector<Member>;

class Populations {
public:
  explicit Populations(std::vector<Population> levels) : levels_(std::move(levels)) {}

  [[nodiscard]] const Member& member(std::size_t level, std::size_t index) const { return levels_[level][index]; }
  /// Another point for a member that hasn't been evaluated.
  void seed(std::size_t level, std::size_t index, Point point);
  /// The rival takes the member's place if it is no worse. A NaN never is.
  void challenge(std::size_t level, std::size_t index, Point rival, double loss);

  /// The best `count` of a level, the best first; those that weren't evaluated stand behind, in their order.
  [[nodiscard]] std::vector<Point> best(std::size_t level, std::size_t count) const;
  /// All members of all levels.
  [[nodiscard]] std::vector<Point> all() const;
  /// The best of the level below that was evaluated and is neither in this level's population nor among `taken`; if
  /// each is, the best of the level below. nullopt: none was evaluated.
  [[nodiscard]] std::optional<Point> to_promote(std::size_t level, const std::vector<Point>& taken) const;

private:
  std::vector<Population> levels_;
};

}  // namespace winnow::dehb

/// Numbers parted in two by size: so many of the smallest, greatest on top, and the others, smallest on top.
///
/// It answers for one place in the sorted order what lies on both sides of it, without sorting. Adding a number is
/// O(log n), the tops are O(1), and a number costs 8 bytes.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace winnow {

class TwoHeaps {
public:
  /// Any number but NaN. `lower` is how many of the smallest are to be in the lower part from now on, at most `size()`.
  void insert(double value, std::size_t lower);

  [[nodiscard]] std::size_t size() const { return lower_.size() + upper_.size(); }
  [[nodiscard]] std::size_t lower_size() const { return lower_.size(); }
  /// The greatest of the lower part; nullopt if it is empty.
  [[nodiscard]] std::optional<double> below() const;
  /// The smallest of the upper part; nullopt if it is empty.
  [[nodiscard]] std::optional<double> above() const;

private:
  std::vector<double> lower_;  ///< max-heap; none of it is greater than any of upper_
  std::vector<double> upper_;  ///< min-heap
};

}  // namespace winnow

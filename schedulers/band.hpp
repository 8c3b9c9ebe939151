/// The values of one band of W&B's hyperband, and the threshold that they make.
///
/// The threshold is an order statistic whose place grows with the number n of values: element ⌊r·n⌋, counted from 0, of
/// the values in ascending order; +∞ while there are none. The values are parted at ⌊r·(n + 1)⌋, the place that one
/// more value would look at, so that the threshold with and without that value is found beside the parting. Insertion
/// is O(log n), a question O(1), and a value costs 8 bytes.
#pragma once

#include <cstddef>

#include <winnow/schedulers/two_heaps.hpp>

namespace winnow {

class Band {
public:
  /// `count`: how many values a trial has when it reaches the band; `r` in (0, 1).
  Band(double count, double r) : count_(count), r_(r) {}

  [[nodiscard]] double count() const { return count_; }
  [[nodiscard]] std::size_t size() const { return scores_.size(); }

  /// A finite score; smaller is better.
  void insert(double score);
  [[nodiscard]] double threshold() const;
  /// What `threshold` would be after `insert(score)`.
  [[nodiscard]] double threshold_with(double score) const;

private:
  /// Which element of `n` values, sorted ascending, is the threshold.
  [[nodiscard]] std::size_t place(std::size_t n) const;

  double count_;
  double r_;
  TwoHeaps scores_;
};

}  // namespace winnow

/// The random numbers that an evolution draws, in an order that tests can prescribe.
#pragma once

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

#include <winnow/core/random.hpp>

namespace winnow::evolution {

class Chance {
public:
  virtual ~Chance() = default;
  /// In [0, 1).
  virtual double uniform() = 0;
  virtual double normal() = 0;
  /// In 0 … n−1.
  virtual std::size_t below(std::size_t n) { return static_cast<std::size_t>(uniform() * static_cast<double>(n)); }

  /// Fisher and Yates.
  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }
};

class RandomChance final : public Chance {
public:
  explicit RandomChance(Rng rng) : rng_(rng) {}
  double uniform() override { return uniform01(rng_); }
  double normal() override { return normal_(rng_); }

private:
  Rng rng_;
  std::normal_distribution<double> normal_;
};

}  // namespace winnow::evolution

/// The variance of a tree's marginal over one parameter's categories, each a coin of its own (tree_variance.hpp).
///
/// A leaf's path has decided some of the coins. The marginal is the sum over leaves of v·w·2^k where the k coins that
/// it has decided lie so, v its value less the mean and w its volume; its variance is Σ over pairs of leaves of
/// v·w·v'·w'·2^c, where c coins are decided by both, or 0 where one of them differently. Leaves that have decided the
/// same are taken together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace winnow::importance {

class CategoryMarginal {
public:
  /// What a path has decided.
  using State = std::size_t;
  static constexpr State kNothing = 0;

  explicit CategoryMarginal(std::size_t categories);

  /// The state once a path in `from` has also decided the category.
  State decide(State from, std::size_t category, bool is);
  /// A leaf that has decided something: its share of the space and value · volume.
  void add(State state, double volume, double mass);
  /// Of a tree with that mean.
  [[nodiscard]] double variance(double mean) const;

private:
  /// Bit k of the first half: category k is not; of the second half: it is.
  using Bits = std::vector<std::uint64_t>;
  struct Leaves {
    Bits bits{};
    double volume = 0;
    double mass = 0;
  };

  State state_of(Bits bits);

  std::size_t words_;
  std::map<Bits, State> states_;
  std::vector<Leaves> leaves_;  ///< by state
};

}  // namespace winnow::importance

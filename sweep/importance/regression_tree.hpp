/// A regression tree, grown as scikit-learn 1.9's RandomForestRegressor grows one by default: from a bootstrap sample,
/// each node parted where the squared error falls most, until the targets of each leaf are equal or it is too deep.
///
/// Breiman, "Random Forests", Machine Learning 45, 2001; Breiman et al., "Classification and Regression Trees", 1984.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/sweep/importance/feature.hpp>

namespace winnow::importance {

struct Node {
  static constexpr std::uint32_t kLeaf = 0xffffffff;

  std::uint32_t feature = kLeaf;
  /// Numbers up to it go left. Of categories this one goes right, all others left (one-hot columns, of which 0 is
  /// left).
  double at = 0;
  std::uint32_t left = 0;
  std::uint32_t right = 0;
  double value = 0;  ///< of a leaf
};

/// The root comes first.
using Tree = std::vector<Node>;

/// Grows trees of one history. Where several parts are equally good, each candidate (a number's best, or a category) is
/// equally likely to be taken.
class Grower {
public:
  /// The features must outlive it; they and the targets are of the same trials, at least one.
  Grower(const std::vector<Feature>& features, const std::vector<double>& targets, int max_depth);

  Tree grow(Rng& rng);

private:
  struct Ranked {
    std::uint32_t rank;  ///< among the feature's values; equal ones have the same
    std::uint32_t trial;
  };
  struct Sum {
    double weight = 0;
    double target = 0;  ///< the weighted sum
  };
  struct Part {
    std::uint32_t node = 0;
    int depth = 0;
    std::size_t begin = 0;
    std::size_t end = 0;
    Sum sum{};
    bool pure = false;  ///< all targets are equal
  };
  struct Split {
    double score = -1;  ///< by how much the squared error falls, over the part's weight
    std::uint32_t feature = 0;
    double at = 0;
    int ties = 0;
  };

  void draw(Rng& rng);
  [[nodiscard]] bool may_part(const Part& part) const;
  Split best_split(const Part& part, Rng& rng);
  void look_at_numbers(const Part& part, std::uint32_t feature, Split& best, Rng& rng) const;
  void look_at_categories(const Part& part, std::uint32_t feature, Split& best, Rng& rng);
  /// Reorders the part's trials; `left` and `right` get their ranges, sums and purity.
  void part_trials(const Part& part, const Split& split, Part& left, Part& right);
  void part_ranks(const Part& part);
  void measure(Part& part) const;

  const std::vector<Feature>& features_;
  const std::vector<double>& targets_;
  int max_depth_;
  std::vector<std::vector<Ranked>> ranked_;  ///< all trials, by feature; none of categories
  std::vector<std::vector<Ranked>> order_;   ///< those drawn, each part's together and ascending
  std::vector<std::uint32_t> trials_;        ///< those drawn, each part's together
  std::vector<Sum> drawn_;                   ///< by trial
  std::vector<std::uint8_t> goes_left_;      ///< by trial
  std::vector<Sum> by_category_;
  std::vector<Ranked> aside_;
};

}  // namespace winnow::importance

#include <winnow/sweep/importance/tree_variance.hpp>

#include <algorithm>
#include <cmath>

#include <winnow/sweep/importance/category_marginal.hpp>

namespace winnow::importance {
namespace {

/// A number's marginal, cell by cell between its thresholds in the tree.
class NumberMarginal {
public:
  NumberMarginal(double low, double high) : edges_{low, high} {}

  void add_threshold(double at) { edges_.push_back(at); }
  void lay() {
    std::sort(edges_.begin(), edges_.end());
    edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
    steps_.assign(edges_.size(), 0.0);
  }
  [[nodiscard]] std::size_t edge(double at) const {
    return static_cast<std::size_t>(std::lower_bound(edges_.begin(), edges_.end(), at) - edges_.begin());
  }
  [[nodiscard]] std::size_t cells() const { return edges_.size() - 1; }
  [[nodiscard]] double length(std::size_t from, std::size_t to) const { return edges_[to] - edges_[from]; }

  /// A leaf between two edges that aren't both ends: its value · volume.
  void add(std::size_t from, std::size_t to, double mass) {
    sum_ += mass;
    const double width = length(from, to);
    if (!(width > 0)) return;
    const double height = mass * length(0, cells()) / width;
    steps_[from] += height;
    steps_[to] -= height;
  }
  /// Leaves from end to end, which nobody adds, are the same everywhere: the mean less what has been added.
  [[nodiscard]] double variance() const {
    double variance = 0;
    double height = -sum_;
    for (std::size_t i = 0; i < cells(); ++i) {
      height += steps_[i];
      variance += height * height * length(i, i + 1);
    }
    return variance / length(0, cells());
  }

private:
  std::vector<double> edges_;
  std::vector<double> steps_;  ///< of the marginal, at the edges
  double sum_ = 0;
};

/// Where a path has come to along one feature.
struct Reach {
  std::size_t from = 0;  ///< edges of a number
  std::size_t to = 0;
  CategoryMarginal::State state = CategoryMarginal::kNothing;
};

/// Goes through the tree once, adding up all marginals.
class Walk {
public:
  Walk(const Tree& tree, const std::vector<Feature>& features)
      : tree_(tree), features_(features), reach_(features.size()), parted_(features.size(), 0) {
    for (const Feature& feature : features) {
      numbers_.emplace_back(feature.low, feature.high);
      categories_.emplace_back(feature.categories);
    }
    for (const Node& node : tree) {
      if (node.feature != Node::kLeaf && !is_category(node.feature)) numbers_[node.feature].add_threshold(node.at);
    }
    for (std::size_t f = 0; f < features.size(); ++f) {
      numbers_[f].lay();
      reach_[f].to = numbers_[f].cells();
    }
  }

  TreeVariance variance() {
    visit(0, 1);
    double mean = 0;
    for (const Leaf& leaf : leaves_) mean += leaf.volume * leaf.value;
    TreeVariance result;
    for (const Leaf& leaf : leaves_) result.total += leaf.volume * std::pow(leaf.value - mean, 2);
    for (std::size_t f = 0; f < features_.size(); ++f) {
      const double variance = is_category(f) ? categories_[f].variance(mean) : numbers_[f].variance();
      result.marginal.push_back(std::max(variance, 0.0));
    }
    return result;
  }

private:
  struct Leaf {
    double volume;
    double value;
  };

  [[nodiscard]] bool is_category(std::size_t feature) const { return features_[feature].categories > 0; }

  void visit(std::uint32_t at, double volume) {
    const Node& node = tree_[at];
    if (node.feature == Node::kLeaf) {
      add({volume, node.value});
      return;
    }
    const Reach before = reach_[node.feature];
    const bool first = parted_[node.feature] == 0;
    if (first) {
      parted_[node.feature] = 1;
      path_.push_back(node.feature);
    }
    if (is_category(node.feature)) {
      visit_categories(node, volume, before);
    } else {
      visit_numbers(node, volume, before);
    }
    reach_[node.feature] = before;
    if (first) {
      parted_[node.feature] = 0;
      path_.pop_back();
    }
  }

  void visit_categories(const Node& node, double volume, const Reach& before) {
    CategoryMarginal& marginal = categories_[node.feature];
    for (const bool is : {false, true}) {
      reach_[node.feature].state = marginal.decide(before.state, static_cast<std::size_t>(node.at), is);
      visit(is ? node.right : node.left, volume / 2);
    }
  }

  void visit_numbers(const Node& node, double volume, const Reach& before) {
    const NumberMarginal& marginal = numbers_[node.feature];
    const std::size_t edge = marginal.edge(node.at);
    const double whole = marginal.length(before.from, before.to);
    const double density = whole > 0 ? volume / whole : 0;
    reach_[node.feature].to = edge;
    visit(node.left, density * marginal.length(before.from, edge));
    reach_[node.feature] = {edge, before.to, before.state};
    visit(node.right, density * marginal.length(edge, before.to));
  }

  void add(const Leaf& leaf) {
    leaves_.push_back(leaf);
    const double mass = leaf.volume * leaf.value;
    for (const std::uint32_t feature : path_) {
      const Reach& reach = reach_[feature];
      if (is_category(feature)) {
        categories_[feature].add(reach.state, leaf.volume, mass);
      } else {
        numbers_[feature].add(reach.from, reach.to, mass);
      }
    }
  }

  const Tree& tree_;
  const std::vector<Feature>& features_;
  std::vector<NumberMarginal> numbers_;       ///< by feature; those of categories stay empty
  std::vector<CategoryMarginal> categories_;  ///< by feature; those of numbers stay empty
  std::vector<Reach> reach_;                  ///< of the path, by feature
  std::vector<char> parted_;                  ///< whether the path parts it, by feature
  std::vector<std::uint32_t> path_;           ///< the features that it parts
  std::vector<Leaf> leaves_;
};

}  // namespace

TreeVariance variance_of(const Tree& tree, const std::vector<Feature>& features) {
  return Walk(tree, features).variance();
}

}  // namespace winnow::importance

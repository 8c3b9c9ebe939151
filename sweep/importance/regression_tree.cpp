#include <winnow/sweep/importance/regression_tree.hpp>

#include <algorithm>
#include <numeric>

namespace winnow::importance {
namespace {

/// Scores that differ by less are equal but for rounding.
constexpr double kRounding = 1e-12;

std::uint32_t number(std::size_t i) {
  return static_cast<std::uint32_t>(i);
}

/// By how much the squared error falls, over the whole weight, if what sums to `target` around the whole's mean, and
/// weighs `weight`, is parted from the rest.
double gain(double target, double weight, double whole) {
  return target * target / (weight * (whole - weight));
}

}  // namespace

Grower::Grower(const std::vector<Feature>& features, const std::vector<double>& targets, int max_depth)
    : features_(features),
      targets_(targets),
      max_depth_(max_depth),
      ranked_(features.size()),
      order_(features.size()),
      drawn_(targets.size()),
      goes_left_(targets.size()),
      aside_(targets.size()) {
  for (std::size_t f = 0; f < features.size(); ++f) {
    const auto& values = features[f].values;
    if (features[f].categories > 0) {
      by_category_.resize(std::max(by_category_.size(), features[f].categories));
      continue;
    }
    std::vector<std::uint32_t> trials(values.size());
    std::iota(trials.begin(), trials.end(), 0U);
    std::stable_sort(trials.begin(), trials.end(), [&](auto a, auto b) { return values[a] < values[b]; });
    std::uint32_t rank = 0;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (i > 0 && values[trials[i - 1]] < values[trials[i]]) ++rank;
      ranked_[f].push_back({rank, trials[i]});
    }
  }
}

Tree Grower::grow(Rng& rng) {
  draw(rng);
  Part root{.end = trials_.size()};
  measure(root);
  Tree tree(1);
  std::vector<Part> parts{root};
  while (!parts.empty()) {
    const Part part = parts.back();
    parts.pop_back();
    tree[part.node].value = part.sum.target / part.sum.weight;
    if (!may_part(part)) continue;
    const Split split = best_split(part, rng);
    if (split.ties == 0) continue;
    Part left{.node = number(tree.size()), .depth = part.depth + 1};
    Part right{.node = number(tree.size() + 1), .depth = part.depth + 1};
    part_trials(part, split, left, right);
    if (may_part(left) || may_part(right)) part_ranks(part);
    tree[part.node].feature = split.feature;
    tree[part.node].at = split.at;
    tree[part.node].left = left.node;
    tree[part.node].right = right.node;
    tree.resize(tree.size() + 2);
    parts.push_back(right);
    parts.push_back(left);
  }
  return tree;
}

void Grower::draw(Rng& rng) {
  const std::size_t n = targets_.size();
  std::fill(drawn_.begin(), drawn_.end(), Sum{});
  for (std::size_t i = 0; i < n; ++i) {
    drawn_[static_cast<std::size_t>(uniform01(rng) * static_cast<double>(n))].weight += 1;
  }
  trials_.clear();
  for (std::size_t i = 0; i < n; ++i) {
    drawn_[i].target = drawn_[i].weight * targets_[i];
    if (drawn_[i].weight > 0) trials_.push_back(number(i));
  }
  for (std::size_t f = 0; f < features_.size(); ++f) {
    order_[f].clear();
    std::copy_if(ranked_[f].begin(), ranked_[f].end(), std::back_inserter(order_[f]),
                 [&](const Ranked& one) { return drawn_[one.trial].weight > 0; });
  }
}

bool Grower::may_part(const Part& part) const {
  return part.end - part.begin > 1 && !part.pure && part.depth < max_depth_;
}

Grower::Split Grower::best_split(const Part& part, Rng& rng) {
  Split best;
  for (std::size_t f = 0; f < features_.size(); ++f) {
    if (features_[f].categories > 0) {
      look_at_categories(part, number(f), best, rng);
    } else {
      look_at_numbers(part, number(f), best, rng);
    }
  }
  return best;
}

namespace {

/// Takes the better of both; of equally good ones each with the same probability.
template <class Split>
void offer(const Split& candidate, Split& best, Rng& rng) {
  if (candidate.score > best.score + kRounding * best.score) {
    best = candidate;
    best.ties = 1;
  } else if (candidate.score >= best.score - kRounding * best.score) {
    const int ties = best.ties + 1;
    if (uniform01(rng) * ties < 1) best = candidate;
    best.ties = ties;
  }
}

}  // namespace

void Grower::look_at_numbers(const Part& part, std::uint32_t feature, Split& best, Rng& rng) const {
  const auto& order = order_[feature];
  if (order[part.begin].rank == order[part.end - 1].rank) return;
  const double mean = part.sum.target / part.sum.weight;
  Sum left;
  double most = -1;
  std::size_t last = part.begin;
  for (std::size_t i = part.begin; i + 1 < part.end; ++i) {
    const Sum& one = drawn_[order[i].trial];
    left.weight += one.weight;
    left.target += one.target;
    if (order[i].rank == order[i + 1].rank) continue;
    const double score = gain(left.target - left.weight * mean, left.weight, part.sum.weight);
    if (score > most) {
      most = score;
      last = i;
    }
  }
  const double below = features_[feature].values[order[last].trial];
  const double above = features_[feature].values[order[last + 1].trial];
  const double middle = below / 2 + above / 2;
  offer(Split{.score = most, .feature = feature, .at = middle < above ? middle : below}, best, rng);
}

void Grower::look_at_categories(const Part& part, std::uint32_t feature, Split& best, Rng& rng) {
  const Feature& categories = features_[feature];
  const double mean = part.sum.target / part.sum.weight;
  const auto sum_of = [&](std::size_t i) -> Sum& {
    return by_category_[static_cast<std::size_t>(categories.values[trials_[i]])];
  };
  for (std::size_t i = part.begin; i < part.end; ++i) sum_of(i) = {};
  for (std::size_t i = part.begin; i < part.end; ++i) {
    sum_of(i).weight += drawn_[trials_[i]].weight;
    sum_of(i).target += drawn_[trials_[i]].target;
  }
  for (std::size_t i = part.begin; i < part.end; ++i) {
    Sum& sum = sum_of(i);
    if (sum.weight == part.sum.weight) return;
    if (sum.weight == 0) continue;  // it has been offered
    const double score = gain(sum.target - sum.weight * mean, sum.weight, part.sum.weight);
    offer(Split{.score = score, .feature = feature, .at = categories.values[trials_[i]]}, best, rng);
    sum.weight = 0;
  }
}

void Grower::part_trials(const Part& part, const Split& split, Part& left, Part& right) {
  const Feature& feature = features_[split.feature];
  for (std::size_t i = part.begin; i < part.end; ++i) {
    const double value = feature.values[trials_[i]];
    goes_left_[trials_[i]] = (feature.categories > 0 ? value != split.at : value <= split.at) ? 1 : 0;
  }
  const auto begin = trials_.begin() + static_cast<std::ptrdiff_t>(part.begin);
  const auto end = trials_.begin() + static_cast<std::ptrdiff_t>(part.end);
  const auto middle = std::stable_partition(begin, end, [&](std::uint32_t trial) { return goes_left_[trial] != 0; });
  left.begin = part.begin;
  left.end = right.begin = static_cast<std::size_t>(middle - trials_.begin());
  right.end = part.end;
  measure(left);
  measure(right);
}

void Grower::part_ranks(const Part& part) {
  for (auto& order : order_) {
    if (order.empty()) continue;
    std::size_t left = part.begin;
    std::size_t right = 0;
    for (std::size_t i = part.begin; i < part.end; ++i) {
      const Ranked one = order[i];
      const std::size_t goes_left = goes_left_[one.trial];
      order[left] = one;
      aside_[right] = one;
      left += goes_left;
      right += 1 - goes_left;
    }
    std::copy_n(aside_.begin(), right, order.begin() + static_cast<std::ptrdiff_t>(left));
  }
}

void Grower::measure(Part& part) const {
  part.sum = {};
  part.pure = true;
  for (std::size_t i = part.begin; i < part.end; ++i) {
    part.sum.weight += drawn_[trials_[i]].weight;
    part.sum.target += drawn_[trials_[i]].target;
    part.pure = part.pure && targets_[trials_[i]] == targets_[trials_[part.begin]];
  }
}

}  // namespace winnow::importance

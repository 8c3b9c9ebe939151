#include <winnow/samplers/bohb/model.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>

namespace winnow::bohb {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using Group = std::vector<const Outcome*>;

double any_value(int levels, Rng& rng) {
  return levels == 0 ? uniform01(rng) : static_cast<double>(rng(static_cast<std::uint64_t>(levels)));
}

/// The point without gaps: what is missing comes from another point of the group that has the first one missing.
VectorXd filled(const Outcome& outcome, const Group& group, const Levels& levels, std::uint64_t seed) {
  VectorXd x = outcome.point;
  if (x.allFinite()) return x;
  Rng rng = keyed_rng(seed, outcome.trial, "bohb impute");
  for (Index i = 0; i < x.size(); ++i) {
    if (!std::isnan(x(i))) continue;
    Group donors;
    std::copy_if(group.begin(), group.end(), std::back_inserter(donors),
                 [i](const Outcome* one) { return !std::isnan(one->point(i)); });
    if (donors.empty()) {
      x(i) = any_value(levels[static_cast<std::size_t>(i)], rng);
      continue;
    }
    const VectorXd& donor = donors[rng(donors.size())]->point;
    for (Index k = i; k < x.size(); ++k) {
      if (std::isnan(x(k))) x(k) = donor(k);
    }
  }
  return x;
}

MatrixXd matrix_of(const Group& group, const Levels& levels, std::uint64_t seed) {
  MatrixXd points(static_cast<Index>(group.size()), static_cast<Index>(levels.size()));
  for (std::size_t k = 0; k < group.size(); ++k) {
    points.row(static_cast<Index>(k)) = filled(*group[k], group, levels, seed);
  }
  return points;
}

}  // namespace

double Model::ratio(const VectorXd& x) const {
  constexpr double kLeast = 1e-32;
  return std::max(kLeast, bad.at(x)) / std::max(kLeast, good.at(x));
}

std::optional<Model> fit(const std::vector<Outcome>& outcomes, const Levels& levels, const ModelOptions& options,
                         std::uint64_t seed) {
  const std::size_t n = outcomes.size();
  const auto least = static_cast<std::size_t>(options.min_points_in_model);
  const auto percent = static_cast<std::size_t>(options.top_n_percent);
  const std::size_t good_count = std::max(least, percent * n / 100);
  const std::size_t bad_count = std::min(std::max(least, (100 - percent) * n / 100), n - std::min(n, good_count));
  if (n < good_count || good_count <= levels.size() || bad_count <= levels.size()) return std::nullopt;

  Group ranked;
  ranked.reserve(n);
  for (const Outcome& outcome : outcomes) ranked.push_back(&outcome);
  std::stable_sort(ranked.begin(), ranked.end(), [](const Outcome* a, const Outcome* b) { return a->loss < b->loss; });
  if (std::isinf(ranked[good_count - 1]->loss)) return std::nullopt;
  const auto begin_bad = ranked.begin() + static_cast<std::ptrdiff_t>(good_count);
  const Group good(ranked.begin(), begin_bad);
  const Group bad(begin_bad, begin_bad + static_cast<std::ptrdiff_t>(bad_count));
  return Model{Density(matrix_of(good, levels, seed), levels, options.min_bandwidth),
               Density(matrix_of(bad, levels, seed), levels, options.min_bandwidth)};
}

}  // namespace winnow::bohb

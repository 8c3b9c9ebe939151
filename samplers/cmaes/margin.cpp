#include <winnow/samplers/cmaes/margin.hpp>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <utility>

namespace winnow::cmaes {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using Normal = boost::math::normal_distribution<double>;

/// How far from its mean a standard normal variable must go so that only `p` <= 1/2 lies beyond.
double beyond(double p) {
  return -quantile(Normal(), p);
}

/// Of two points that are as close the lower one.
double closest(const Lattice& lattice, double x) {
  const auto last = static_cast<double>(lattice.points - 1);
  return std::clamp(std::ceil(x * last - 0.5), 0.0, last);
}

/// Where the points next to the closest one begin; both the same outside the outermost two.
struct Limits {
  double low;
  double high;
};

Limits limits_around(const Lattice& lattice, double x) {
  const auto last = static_cast<double>(lattice.points - 1);
  const double at = closest(lattice, x);
  return {(std::max(at - 1, 0.0) + 0.5) / last, (std::min(at, last - 1) + 0.5) / last};
}

struct Marginal {
  double mean;
  double stretch;
};

/// For a mean at an end of the lattice: it moves towards the inner points until they have the margin.
Marginal at_end(Marginal now, double limit, double deviation, double margin) {
  const double away = deviation * now.stretch * beyond(margin);
  if (now.mean > limit) return {limit + away, now.stretch};
  return {now.mean < limit ? limit - away : limit, now.stretch};
}

/// For one between two others: mean and stretch so that both sides have half the margin at least.
Marginal between(Limits limits, double below, double above, double deviation, double margin) {
  const double within = 1 - (below + above);
  const double low = std::max(below, margin / 2);
  const double high = std::max(above, margin / 2);
  const double share = (1 - low - high - within) / (low + within + high - 3 * margin / 2);
  const auto shared = [&](double p) { return std::clamp(p + share * (p - margin / 2), 1e-10, 0.5 - 1e-10); };
  const double low_width = beyond(shared(low));
  const double high_width = beyond(shared(high));
  return {(limits.low * high_width + limits.high * low_width) / (low_width + high_width),
          (limits.high - limits.low) / ((low_width + high_width) * deviation)};
}

Marginal corrected(const Lattice& lattice, Marginal now, double deviation, double margin) {
  const Limits limits = limits_around(lattice, now.mean);
  const double scale = deviation * now.stretch;
  const double below = cdf(Normal(), (limits.low - now.mean) / scale);
  const double above = cdf(complement(Normal(), (limits.high - now.mean) / scale));
  if (std::max(below, above) <= 0.5) return between(limits, below, above, deviation, margin);
  return std::min(below, above) < margin ? at_end(now, limits.high, deviation, margin) : now;
}

}  // namespace

Margin::Margin(std::vector<Lattice> lattices, Index dimensions, int popsize)
    : lattices_(std::move(lattices)),
      margin_(1 / (static_cast<double>(dimensions) * popsize)),
      stretch_(VectorXd::Ones(static_cast<Index>(lattices_.size()))) {}

std::vector<std::uint64_t> Margin::points(const VectorXd& x, const VectorXd& mean) const {
  std::vector<std::uint64_t> points;
  points.reserve(lattices_.size());
  for (const Lattice& lattice : lattices_) {
    const double centre = mean(lattice.coordinate);
    const double stretch = stretch_(static_cast<Index>(points.size()));
    points.push_back(static_cast<std::uint64_t>(closest(lattice, centre + stretch * (x(lattice.coordinate) - centre))));
  }
  return points;
}

void Margin::correct(Strategy& strategy) {
  VectorXd mean = strategy.mean();
  for (Index i = 0; i < stretch_.size(); ++i) {
    const Lattice& lattice = lattices_[static_cast<std::size_t>(i)];
    const Index at = lattice.coordinate;
    const double deviation = strategy.sigma() * std::sqrt(strategy.covariance().variances()(at));
    if (!(deviation > 0)) continue;
    const Marginal now = corrected(lattice, {mean(at), stretch_(i)}, deviation, margin_);
    if (!std::isfinite(now.mean) || !std::isfinite(now.stretch) || !(now.stretch > 0)) continue;
    mean(at) = now.mean;
    stretch_(i) = now.stretch;
  }
  strategy.set_mean(mean);
}

}  // namespace winnow::cmaes

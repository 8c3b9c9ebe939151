#include <winnow/samplers/bohb/density.hpp>

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <numbers>
#include <utility>

namespace winnow::bohb {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

int levels_at(const Levels& levels, Index i) {
  return levels[static_cast<std::size_t>(i)];
}

/// N(centre, deviation) cut off at 0 and 1; the centre lies between them.
double truncated_normal(double centre, double deviation, Rng& rng) {
  const boost::math::normal_distribution<double> normal;
  const double low = cdf(normal, -centre / deviation);
  const double high = cdf(normal, (1 - centre) / deviation);
  const double p = std::lerp(low, high, uniform01(rng));
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  return std::clamp(centre + deviation * quantile(normal, p), 0.0, 1.0);
}

}  // namespace

VectorXd normal_reference(const MatrixXd& points, const Levels& levels, double min_bandwidth) {
  const auto n = static_cast<double>(points.rows());
  const double shrink = 1.06 * std::pow(n, -1 / (4 + static_cast<double>(points.cols())));
  VectorXd bandwidths(points.cols());
  for (Index i = 0; i < points.cols(); ++i) {
    const double deviation = std::sqrt((points.col(i).array() - points.col(i).mean()).square().mean());
    bandwidths(i) = std::max(min_bandwidth, shrink * deviation);
    const int count = levels_at(levels, i);
    if (count > 0) bandwidths(i) = std::min(bandwidths(i), (count - 1.0) / count);
  }
  return bandwidths;
}

Density::Density(MatrixXd points, Levels levels, double min_bandwidth)
    : points_(std::move(points)),
      levels_(std::move(levels)),
      bandwidths_(normal_reference(points_, levels_, min_bandwidth)),
      scale_(1 / static_cast<double>(points_.rows())) {
  for (Index i = 0; i < bandwidths_.size(); ++i) {
    if (levels_at(levels_, i) == 0) scale_ /= bandwidths_(i) * std::sqrt(2 * std::numbers::pi);
  }
}

double Density::at(const VectorXd& x) const {
  ArrayXd exponents = ArrayXd::Zero(points_.rows());
  ArrayXd kernels = ArrayXd::Ones(points_.rows());
  for (Index i = 0; i < x.size(); ++i) {
    const double width = bandwidths_(i);
    if (const int count = levels_at(levels_, i); count > 0) {
      kernels *=
          (points_.col(i).array() == x(i)).select(ArrayXd::Constant(kernels.size(), 1 - width), width / (count - 1));
    } else {
      exponents += ((points_.col(i).array() - x(i)) / width).square();
    }
  }
  return scale_ * ((-0.5 * exponents).exp() * kernels).sum();
}

VectorXd Density::draw(double bandwidth_factor, const std::vector<std::vector<int>>& choices, Rng& rng) const {
  VectorXd x = points_.row(static_cast<Index>(rng(static_cast<std::uint64_t>(points_.rows()))));
  for (Index i = 0; i < x.size(); ++i) {
    const double width = bandwidths_(i);
    if (levels_at(levels_, i) == 0) {
      x(i) = truncated_normal(x(i), bandwidth_factor * width, rng);
    } else if (!(uniform01(rng) < 1 - width)) {
      const auto& open = choices[static_cast<std::size_t>(i)];
      x(i) = open[rng(open.size())];
    }
  }
  return x;
}

}  // namespace winnow::bohb

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <winnow/samplers/tpe/gauss.hpp>
#include <winnow/samplers/tpe/log_sum.hpp>
#include <winnow/samplers/tpe/parzen.hpp>

namespace winnow::tpe {
namespace {

using View = Eigen::Map<const Eigen::ArrayXd>;

double log_normal(double x, double place, double sigma) {
  const double z = (x - place) / sigma;
  return -z * z / 2 - std::log(sigma) - std::log(2 * std::numbers::pi) / 2;
}

}  // namespace

double Parzen::cell_mass(std::size_t axis, double x, double place, double sigma) const {
  const Axis& a = axes_[axis];
  const auto direct = [&] {
    const Axis::Cell cell = a.cell(x);
    return log_mass((cell.left - place) / sigma, (cell.right - place) / sigma);
  };
  constexpr std::size_t kRemembered = 4096;
  if (a.kind() != Axis::Kind::lattice || a.cells() > kRemembered || sigma == kPriorSigma) return direct();
  auto& masses = numbers_[axis].lattice_mass;
  constexpr std::size_t kManySigmas = 256;
  if (masses.size() > kManySigmas) masses.clear();
  std::vector<double>& by_distance = masses[sigma];
  if (by_distance.empty()) by_distance.assign(a.cells(), 1);  // a logarithm of a mass is none
  const auto cells = static_cast<double>(a.cells());
  const auto distance = static_cast<std::size_t>(std::nearbyint(std::abs(x - place) * cells));
  double& mass = by_distance[std::min(distance, a.cells() - 1)];
  if (mass > 0) {
    const double width = 1 / (cells * sigma);
    mass = log_mass((static_cast<double>(distance) - 0.5) * width, (static_cast<double>(distance) + 0.5) * width);
  }
  return mass;
}

double Parzen::prior_log_density(const Columns& points, std::size_t j) const {
  const double within = log_mass(-kPriorPlace / kPriorSigma, (1 - kPriorPlace) / kPriorSigma);
  double sum = 0;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    const double x = points[axis][j];
    if (axes_[axis].kind() == Axis::Kind::categorical) {
      sum += std::log(axes_[axis].categories()[static_cast<std::size_t>(x)]);
    } else if (has_cells(axis)) {
      sum += cell_mass(axis, x, kPriorPlace, kPriorSigma) - within;
    } else {
      sum += log_normal(x, kPriorPlace, kPriorSigma) - within;
    }
  }
  return sum;
}

/// What a point's density takes from each kernel along the axes that aren't continuous, looked up by place.
struct Parzen::Terms {
  /// By axis and place: with categories {of a kernel of it, of another}; with cells one for each type of kernel.
  std::vector<std::map<double, std::vector<double>>> known;
  std::vector<std::vector<const double*>> of;  ///< those, by axis and point
};

Parzen::Terms Parzen::terms_of(const Columns& points) const {
  Terms terms;
  terms.known.resize(axes_.size());
  terms.of.resize(axes_.size());
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    if (axes_[axis].kind() == Axis::Kind::continuous) continue;
    const Numbers& n = numbers_[axis];
    for (const double x : points[axis]) {
      auto [it, is_new] = terms.known[axis].try_emplace(x);
      std::vector<double>& list = it->second;
      if (is_new && has_cells(axis)) {
        for (const auto& [place, sigma] : n.type_of) list.push_back(cell_mass(axis, x, place, sigma));
      } else if (is_new) {
        const double all = rules_.prior_weight * static_cast<double>(axes_[axis].categories().size()) /
                           static_cast<double>(size() + 1);
        const double other = axes_[axis].categories()[static_cast<std::size_t>(x)] * all;
        list = {std::log((other + 1) / (1 + all)), std::log(other / (1 + all))};
      }
      terms.of[axis].push_back(list.data());
    }
  }
  return terms;
}

/// Adds to the terms of the kernels from `begin` on what the axis contributes at the point.
void Parzen::add_axis(std::size_t axis, double x, const double* by_type, std::size_t begin, double* logs,
                      std::ptrdiff_t count) const {
  const Numbers& n = numbers_[axis];
  Eigen::Map<Eigen::ArrayXd> sum(logs, count);
  if (axes_[axis].kind() == Axis::Kind::continuous) {
    sum -= ((x - View(n.place.data() + begin, sum.size())) * View(n.narrow.data() + begin, sum.size())).square();
  } else if (has_cells(axis)) {
    for (Eigen::Index k = 0; k < sum.size(); ++k) sum[k] += by_type[n.type[begin + static_cast<std::size_t>(k)]];
  } else {
    for (Eigen::Index k = 0; k < sum.size(); ++k)
      sum[k] += n.place[begin + static_cast<std::size_t>(k)] == x ? by_type[0] : by_type[1];
  }
}

std::vector<double> Parzen::log_density(const Columns& points) const {
  constexpr std::size_t kChunk = LogSum::kMost;
  constexpr std::size_t kLook = 3;  // axes, after which a chunk of kernels may be known to be too far away to count
  const std::size_t count = points.front().size();
  const std::vector<double> weight = weights();
  const Terms terms = terms_of(points);
  std::vector<LogSum> sums;
  for (std::size_t j = 0; j < count; ++j) sums.emplace_back(prior_log_density(points, j) + std::log(weight.back()));
  Eigen::Array<double, kChunk, 1> logs;
  for (std::size_t begin = 0; begin < size(); begin += kChunk) {
    const auto length = static_cast<Eigen::Index>(std::min(kChunk, size() - begin));
    for (std::size_t j = 0; j < count; ++j) {
      Eigen::Map<Eigen::ArrayXd> sum(logs.data(), length);
      sum = View(log_scale_.data() + begin, length);
      bool counts = true;
      for (std::size_t axis = 0; axis < axes_.size() && counts; ++axis) {
        add_axis(axis, points[axis][j], terms.of[axis].empty() ? nullptr : terms.of[axis][j], begin, logs.data(),
                 length);
        // What other axes add is negative: it only gets less.
        if (axis % kLook == kLook - 1) counts = sum.maxCoeff() > sums[j].least();
      }
      if (counts) sums[j].add(logs.data(), weight.data() + begin, length);
    }
  }
  std::vector<double> densities;
  for (const LogSum& sum : sums) densities.push_back(sum.value());
  return densities;
}

}  // namespace winnow::tpe

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <winnow/samplers/tpe/distances.hpp>
#include <winnow/samplers/tpe/gauss.hpp>
#include <winnow/samplers/tpe/line_density.hpp>
#include <winnow/samplers/tpe/log_sum.hpp>
#include <winnow/samplers/tpe/parzen.hpp>

namespace winnow::tpe {
namespace {

constexpr std::size_t kAxesAtOnce = 3;

double log_normal(double x, double place, double sigma) {
  const double z = (x - place) / sigma;
  return -z * z / 2 - std::log(sigma) - std::log(2 * std::numbers::pi) / 2;
}

}  // namespace

/// ln of the mass that N(place, sigma) has in the cell around x.
double Parzen::cell_mass(std::size_t axis, double x, const Axis::Cell& cell, double place, double sigma) const {
  const Axis& a = axes_[axis];
  constexpr std::size_t kRemembered = 4096;
  if (a.kind() != Axis::Kind::lattice || a.cells() > kRemembered) {
    return log_mass((cell.left - place) / sigma, (cell.right - place) / sigma);
  }
  // On a lattice it depends on how many cells they are apart, and the sigmas are few.
  auto& masses = numbers_[axis].lattice_mass;
  constexpr std::size_t kManySigmas = 256;
  if (masses.size() > kManySigmas) masses.clear();
  std::vector<double>& by_distance = masses[sigma];
  if (by_distance.empty()) by_distance.assign(a.cells(), 1);  // a logarithm of a mass is none
  const auto cells = static_cast<double>(a.cells());
  const double distance = std::nearbyint(std::abs(x - place) * cells);
  double& mass = by_distance[static_cast<std::size_t>(distance)];
  if (mass > 0) mass = log_mass((distance - 0.5) / (cells * sigma), (distance + 0.5) / (cells * sigma));
  return mass;
}

double Parzen::prior_log_density(const Columns& points, std::size_t j) const {
  static const double within = log_mass(-kPriorPlace / kPriorSigma, (1 - kPriorPlace) / kPriorSigma);
  double sum = 0;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    const double x = points[axis][j];
    if (axes_[axis].kind() == Axis::Kind::categorical) {
      sum += std::log(axes_[axis].categories()[static_cast<std::size_t>(x)]);
    } else if (has_cells(axis)) {
      const Axis::Cell cell = axes_[axis].cell(x);
      sum += log_mass(cell.left - kPriorPlace, cell.right - kPriorPlace) - within;
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
        const Axis::Cell cell = axes_[axis].cell(x);
        for (const auto& [place, sigma] : n.type_of) list.push_back(cell_mass(axis, x, cell, place, sigma));
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

/// Adds to the kernels' terms, of those from `begin` on, what axes `from` to `to` contribute at point `j`. False if all
/// are at most `least` then.
bool Parzen::add_axes(std::size_t from, std::size_t to, const Columns& points, const Terms& terms, std::size_t j,
                      std::size_t begin, double* logs, std::size_t kernels, double least) const {
  std::array<Distances, kAxesAtOnce> distances{};
  std::size_t continuous = 0;
  for (std::size_t axis = from; axis < to; ++axis) {
    const Numbers& n = numbers_[axis];
    const double x = points[axis][j];
    if (axes_[axis].kind() == Axis::Kind::continuous) {
      distances[continuous++] = {n.place.data() + begin, n.narrow.data() + begin, x};
      continue;
    }
    const double* known = terms.of[axis][j];
    if (has_cells(axis)) {
      for (std::size_t k = 0; k < kernels; ++k) logs[k] += known[n.type[begin + k]];
    } else {
      for (std::size_t k = 0; k < kernels; ++k) logs[k] += n.place[begin + k] == x ? known[0] : known[1];
    }
  }
  return subtract_squares(distances.data(), continuous, logs, kernels, least);
}

std::vector<double> Parzen::log_density(const Columns& points) const {
  constexpr std::size_t kChunk = LogSum::kMost;
  const std::size_t count = points.front().size();
  const std::vector<double> weight = weights();
  std::vector<double> priors;
  for (std::size_t j = 0; j < count; ++j) priors.push_back(prior_log_density(points, j) + std::log(weight.back()));
  if (axes_.size() == 1 && axes_[0].kind() == Axis::Kind::continuous) {
    const Numbers& n = numbers_[0];
    return line_density({n.place, n.narrow, n.log_scale, weight}, points[0], priors);
  }
  const Terms terms = terms_of(points);
  std::vector<LogSum> sums(priors.begin(), priors.end());
  std::array<double, kChunk> logs{};
  for (std::size_t begin = 0; begin < size(); begin += kChunk) {
    const std::size_t kernels = std::min(kChunk, size() - begin);
    for (std::size_t j = 0; j < count; ++j) {
      std::copy_n(log_scale_.data() + begin, kernels, logs.data());
      bool counts = true;
      // What axes add is negative: once a chunk of kernels is too far away to count, it stays so.
      for (std::size_t axis = 0; axis < axes_.size() && counts; axis += kAxesAtOnce) {
        const std::size_t end = std::min(axis + kAxesAtOnce, axes_.size());
        counts = add_axes(axis, end, points, terms, j, begin, logs.data(), kernels, sums[j].least());
      }
      if (counts) sums[j].add(logs.data(), weight.data() + begin, kernels);
    }
  }
  std::vector<double> densities;
  for (const LogSum& sum : sums) densities.push_back(sum.value());
  return densities;
}

}  // namespace winnow::tpe

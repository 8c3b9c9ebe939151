#include <winnow/samplers/tpe/parzen.hpp>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <numbers>

#include <winnow/samplers/tpe/gauss.hpp>

namespace winnow::tpe {
namespace {

constexpr double kLeastSigma = 1e-12;  // without magic clip

template <class T>
auto iterator_at(std::vector<T>& list, std::size_t row) {
  return list.begin() + static_cast<std::ptrdiff_t>(row);
}

double log_root_two_pi() {
  return std::log(2 * std::numbers::pi) / 2;
}

/// ln of the mass that N(place, sigma) has within [0, 1].
double log_within(double place, double sigma) {
  return log_mass(-place / sigma, (1 - place) / sigma);
}

}  // namespace

Parzen::Parzen(const std::vector<Axis>& axes, Rules rules) : axes_(axes), rules_(rules), numbers_(axes.size()) {}

std::size_t Parzen::row_of(TrialId trial) const {
  return static_cast<std::size_t>(std::lower_bound(trials_.begin(), trials_.end(), trial) - trials_.begin());
}

bool Parzen::contains(TrialId trial) const {
  return std::binary_search(trials_.begin(), trials_.end(), trial);
}

bool Parzen::has_cells(std::size_t axis) const {
  return axes_[axis].kind() == Axis::Kind::lattice || axes_[axis].kind() == Axis::Kind::log_cells;
}

std::vector<double> Parzen::point(TrialId trial) const {
  std::vector<double> places;
  const std::size_t row = row_of(trial);
  for (const Numbers& numbers : numbers_) places.push_back(numbers.place[row]);
  return places;
}

// --- trials come and go

void Parzen::insert(TrialId trial, const std::vector<double>& point) {
  const std::size_t row = row_of(trial);
  trials_.insert(iterator_at(trials_, row), trial);
  if (clipped_at_ != min_sigma()) clipped_at_ = kStale;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    Numbers& n = numbers_[axis];
    n.place.insert(iterator_at(n.place, row), point[axis]);
    if (axes_[axis].kind() == Axis::Kind::categorical) continue;
    n.gap.insert(iterator_at(n.gap, row), 0);
    n.derived.insert(iterator_at(n.derived, row), 0);
    n.narrow.insert(iterator_at(n.narrow, row), 0);
    n.log_scale.insert(iterator_at(n.log_scale, row), 0);
    if (has_cells(axis)) n.type.insert(iterator_at(n.type, row), 0);
    const auto at = n.order.emplace(point[axis], trial).first;
    measure(axis, at);
    if (at != n.order.begin()) measure(axis, std::prev(at));
    if (std::next(at) != n.order.end()) measure(axis, std::next(at));
  }
  summed_ = false;
}

void Parzen::erase(TrialId trial) {
  const std::size_t row = row_of(trial);
  std::vector<double> point;
  for (const Numbers& n : numbers_) point.push_back(n.place[row]);
  trials_.erase(iterator_at(trials_, row));
  if (clipped_at_ != min_sigma()) clipped_at_ = kStale;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    Numbers& n = numbers_[axis];
    n.place.erase(iterator_at(n.place, row));
    if (axes_[axis].kind() == Axis::Kind::categorical) continue;
    n.gap.erase(iterator_at(n.gap, row));
    n.derived.erase(iterator_at(n.derived, row));
    n.narrow.erase(iterator_at(n.narrow, row));
    n.log_scale.erase(iterator_at(n.log_scale, row));
    if (has_cells(axis)) n.type.erase(iterator_at(n.type, row));
    const auto after = n.order.erase(n.order.find({point[axis], trial}));
    if (after != n.order.end()) measure(axis, after);
    if (after != n.order.begin()) measure(axis, std::prev(after));
  }
  summed_ = false;
}

double Parzen::min_sigma() const {
  return rules_.magic_clip ? 1 / std::min(100.0, 2.0 + static_cast<double>(size())) : kLeastSigma;
}

/// The outermost trials' only neighbours are those within, but for a single one's.
double Parzen::gap_at(const Numbers& numbers, Order::const_iterator at) const {
  const bool first = at == numbers.order.begin();
  const bool last = std::next(at) == numbers.order.end();
  const bool ends_count = rules_.endpoints || (first && last);
  double gap = 0;
  if (!first) gap = std::max(gap, at->first - std::prev(at)->first);
  if (!last) gap = std::max(gap, std::next(at)->first - at->first);
  if (first && ends_count) gap = std::max(gap, at->first);
  if (last && ends_count) gap = std::max(gap, 1 - at->first);
  return gap;
}

void Parzen::measure(std::size_t axis, Order::const_iterator at) {
  Numbers& n = numbers_[axis];
  const std::size_t row = row_of(at->second);
  n.gap[row] = gap_at(n, at);
  if (clipped_at_ != kStale) derive(axis, row);
}

double Parzen::sigma(std::size_t axis, std::size_t kernel) const {
  return kernel == size() ? kPriorSigma : std::clamp(numbers_[axis].gap[kernel], min_sigma(), kPriorSigma);
}

void Parzen::derive(std::size_t axis, std::size_t row) {
  Numbers& n = numbers_[axis];
  const double s = sigma(axis, row);
  if (has_cells(axis)) assign_type(n, row, s);
  if (s == n.derived[row]) return;
  n.derived[row] = s;
  n.narrow[row] = 1 / (s * std::numbers::sqrt2);
  n.log_scale[row] = -log_within(n.place[row], s);
  if (!has_cells(axis)) n.log_scale[row] -= std::log(s) + log_root_two_pi();
}

void Parzen::assign_type(Numbers& n, std::size_t row, double sigma) const {
  const auto [it, is_new] = n.types.try_emplace({n.place[row], sigma}, static_cast<std::uint32_t>(n.type_of.size()));
  if (is_new) n.type_of.push_back(it->first);
  n.type[row] = it->second;
}

void Parzen::settle() {
  constexpr std::size_t kSpare = 1000;
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) {
    Numbers& n = numbers_[axis];
    if (axes_[axis].kind() == Axis::Kind::categorical) continue;
    const bool crowded = n.type_of.size() > 2 * size() + kSpare;  // by types that no trial has any more
    if (clipped_at_ != kStale && !crowded) continue;
    n.types.clear();
    n.type_of.clear();
    for (std::size_t row = 0; row < size(); ++row) derive(axis, row);
    summed_ = false;
  }
  clipped_at_ = min_sigma();
  if (summed_) return;
  log_scale_.assign(size(), 0);
  Eigen::Map<Eigen::ArrayXd> sum(log_scale_.data(), static_cast<Eigen::Index>(size()));
  for (const Numbers& n : numbers_) {
    if (n.log_scale.empty()) continue;
    sum += Eigen::Map<const Eigen::ArrayXd>(n.log_scale.data(), static_cast<Eigen::Index>(size()));
  }
  summed_ = true;
}

// --- the mixture

std::vector<double> Parzen::weights() const {
  constexpr std::size_t kFull = 25;  // the youngest trials
  const std::size_t n = size();
  if (n == 0) return {1};
  std::vector<double> weights(n + 1, 1);
  const std::size_t old = rules_.by_age && n > kFull ? n - kFull : 0;
  const double least = 1 / static_cast<double>(n);
  const double rise = old > 1 ? (1 - least) / static_cast<double>(old - 1) : 0;
  for (std::size_t i = 0; i < old; ++i) weights[i] = least + rise * static_cast<double>(i);
  weights.back() = rules_.prior_weight;
  Eigen::Map<Eigen::ArrayXd> all(weights.data(), static_cast<Eigen::Index>(n + 1));
  all /= all.sum();
  return weights;
}

std::vector<double> Parzen::category_weights(std::size_t axis, std::size_t kernel) const {
  std::vector<double> weights = axes_[axis].categories();
  if (kernel == size()) return weights;
  const double all = rules_.prior_weight * static_cast<double>(weights.size()) / static_cast<double>(size() + 1);
  for (double& weight : weights) weight = weight * all / (1 + all);
  weights[static_cast<std::size_t>(numbers_[axis].place[kernel])] += 1 / (1 + all);
  return weights;
}

double Parzen::sample(std::size_t axis, std::size_t kernel, double u) const {
  if (axes_[axis].kind() != Axis::Kind::categorical) {
    const double place = kernel == size() ? kPriorPlace : numbers_[axis].place[kernel];
    return axes_[axis].snap(cut_quantile(place, sigma(axis, kernel), u));
  }
  const std::vector<double> weights = category_weights(axis, kernel);
  std::size_t chosen = 0;
  double left = u;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    chosen = i;
    if (left < weights[i]) break;
    left -= weights[i];
  }
  return static_cast<double>(chosen);
}

}  // namespace winnow::tpe

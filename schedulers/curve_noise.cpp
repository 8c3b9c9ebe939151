#include <algorithm>
#include <cmath>
#include <optional>
#include <winnow/schedulers/curve_noise.hpp>
#include <winnow/schedulers/rung.hpp>

namespace winnow {
namespace {

constexpr double kPercentile = 0.9;

using Curve = std::vector<std::pair<double, double>>;

/// The distance where they met last, if their order has changed twice.
std::optional<double> distance_if_noisy(const Curve& a, const Curve& b) {
  int changes = 0;
  std::optional<bool> a_greater;
  double distance = 0;
  for (auto i = a.begin(), k = b.begin(); i != a.end() && k != b.end();) {
    if (i->first != k->first) {
      i->first < k->first ? ++i : ++k;
      continue;
    }
    const bool greater = i->second > k->second;
    if (a_greater && greater != *a_greater) ++changes;
    a_greater = greater;
    distance = std::abs(i->second - k->second);
    ++i, ++k;
  }
  return changes >= 2 ? std::optional(distance) : std::nullopt;
}

}  // namespace

void CurveNoise::look_above(double resource) {
  before_ = estimate();
  distances_.clear();
  above_ = resource;
  at_.erase(at_.begin(), at_.upper_bound(above_));
  for (const auto& [where, trials] : at_) {
    for (auto a = trials.begin(); a != trials.end(); ++a) {
      for (auto b = std::next(a); b != trials.end(); ++b) compare(*a, *b);
    }
  }
}

void CurveNoise::add(TrialId trial, double resource, double value) {
  Curve& curve = curves_[trial];
  if (!std::isfinite(value) || (!curve.empty() && resource <= curve.back().first)) return;
  curve.emplace_back(resource, value);
  if (resource <= above_) return;
  std::vector<TrialId>& here = at_[resource];
  for (const TrialId other : here) compare(trial, other);
  here.push_back(trial);
}

/// A pair that has crossed twice stays one.
void CurveNoise::compare(TrialId a, TrialId b) {
  const auto [low, high] = std::minmax(a, b);
  if (const auto distance = distance_if_noisy(curves_.at(low), curves_.at(high))) distances_[{low, high}] = *distance;
}

double CurveNoise::estimate() const {
  if (distances_.empty()) return before_;
  Rung sorted(0, kPercentile);
  for (const auto& [pair, distance] : distances_) sorted.insert(distance);
  return numpy_quantile(*sorted.around_quantile());
}

}  // namespace winnow

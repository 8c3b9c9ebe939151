/// Closed-form distribution functions, and how far a sample is from one.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <vector>

namespace winnow::testing_laws {

using Cdf = std::function<double(double)>;

inline double normal_cdf(double x, double mu, double sigma) {
  return 0.5 * std::erfc(-(x - mu) / (sigma * std::sqrt(2.0)));
}

/// The regularised incomplete beta function by Lentz's continued fraction (Numerical Recipes, §6.4).
inline double beta_cdf(double x, double a, double b) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - beta_cdf(1 - x, b, a);
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  constexpr double kTiny = 1e-300;
  const auto away_from_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
  double c = 1;
  double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
  double fraction = d;
  for (int m = 1; m < 300; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (const double term : {even, odd}) {
      d = 1 / away_from_zero(1 + term * d);
      c = away_from_zero(1 + term / c);
      fraction *= c * d;
    }
  }
  return front * fraction / a;
}

/// Kolmogorov and Smirnov's D: the largest distance between the sample's distribution function and the law's.
inline double ks_distance(std::vector<double> sample, const Cdf& cdf) {
  std::sort(sample.begin(), sample.end());
  const auto n = static_cast<double>(sample.size());
  double distance = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double expected = cdf(sample[i]);
    distance = std::max({distance, expected - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - expected});
  }
  return distance;
}

/// The distance that one sample of the law in a thousand exceeds.
inline double ks_limit(std::size_t n) {
  return 1.95 / std::sqrt(static_cast<double>(n));
}

/// χ², less its mean and in units of its standard deviation; outcomes expected fewer than 10 times are thrown together.
inline double chi_square_score(const std::map<double, int>& counts, const std::map<double, double>& probability,
                               int n) {
  double score = 0, rare_expected = 0, rare_seen = n;
  int bins = 0;
  for (const auto& [outcome, p] : probability) {
    if (n * p < 10) {
      rare_expected += n * p;
      continue;
    }
    const auto found = counts.find(outcome);
    const double seen = found == counts.end() ? 0 : found->second;
    rare_seen -= seen;
    score += (seen - n * p) * (seen - n * p) / (n * p);
    ++bins;
  }
  if (rare_expected >= 1) {
    score += (rare_seen - rare_expected) * (rare_seen - rare_expected) / rare_expected;
    ++bins;
  } else if (rare_seen > 10) {
    return 1e9;  // outcomes that the law hardly has
  }
  const double mean = std::max(bins - 1, 1);
  return (score - mean) / std::sqrt(2 * mean);
}

}  // namespace winnow::testing_laws

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <winnow/space/detail/lattice.hpp>
#include <winnow/space/draw.hpp>

namespace winnow {
namespace {

using namespace lattice;

// --- whole numbers

/// Uniform in 0, 1, … last.
std::uint64_t draw_index(std::uint64_t last, Rng& rng) {
  return last == std::numeric_limits<std::uint64_t>::max() ? rng() : rng(last + 1);
}

double draw_log(double low, double high, Rng& rng) {
  return std::exp(std::lerp(std::log(low), std::log(high), uniform01(rng)));
}

std::int64_t draw_log_integer(const Integer& domain, Rng& rng) {
  const auto low = static_cast<double>(domain.low);
  const auto step = static_cast<double>(domain.step);
  const std::int64_t last = at_index(domain, last_index(domain));
  const double below = domain.floor ? 0 : step / 2;
  const double value = draw_log(low - below, static_cast<double>(last) + step - below, rng);
  if (value >= static_cast<double>(last)) return last;
  const double steps = (value - low) / step;
  return at_index(domain,
                  static_cast<std::uint64_t>(std::max(0.0, domain.floor ? std::floor(steps) : std::nearbyint(steps))));
}

// --- real numbers

double draw_normal(double mu, double sigma, Rng& rng) {
  return std::clamp(mu + sigma * std::normal_distribution<double>()(rng), -kLargest, kLargest);
}

/// By rejection: from the uniform where the interval is narrow, else from the whole normal. With mu inside, at least a
/// third is taken.
double draw_truncated_normal(double mu, double sigma, Interval range, Rng& rng) {
  const bool narrow = range.high - range.low < 2.5 * sigma;
  while (true) {
    if (narrow) {
      const double x = std::lerp(range.low, range.high, uniform01(rng));
      const double z = (x - mu) / sigma;
      if (uniform01(rng) < std::exp(-z * z / 2)) return x;
    } else {
      const double x = draw_normal(mu, sigma, rng);
      if (x >= range.low && x <= range.high) return x;
    }
  }
}

double draw_beta(double a, double b, Rng& rng) {
  const double x = std::gamma_distribution<double>(a)(rng);
  const double y = std::gamma_distribution<double>(b)(rng);
  // With tiny a and b both gammas can underflow; the law is then as good as a coin.
  if (!(x + y > 0)) return uniform01(rng) * (a + b) < a ? 1.0 : 0.0;
  return x / (x + y);
}

double draw_real(const Float& domain, Rng& rng) {
  const double a = domain.a;
  const double b = domain.b;
  switch (domain.law) {
    case Law::uniform: return std::clamp(std::lerp(a, b, uniform01(rng)), a, b);
    case Law::log_uniform: return std::clamp(std::exp(std::lerp(std::log(a), std::log(b), uniform01(rng))), a, b);
    case Law::inv_log_uniform:
      return std::clamp(std::exp(-std::lerp(-std::log(b), -std::log(a), uniform01(rng))), a, b);
    case Law::normal: return domain.range ? draw_truncated_normal(a, b, *domain.range, rng) : draw_normal(a, b, rng);
    case Law::log_normal:
      return std::clamp(std::exp(draw_normal(a, b, rng)), std::numeric_limits<double>::denorm_min(), kLargest);
    case Law::beta: {
      const double x = draw_beta(a, b, rng);
      return domain.range ? std::lerp(domain.range->low, domain.range->high, x) : x;
    }
  }
  return a;
}

struct Draw {
  Rng& rng;

  Value operator()(const Constant& domain) const { return domain.value; }

  Value operator()(const Categorical& domain) const {
    if (domain.weights.empty()) return domain.values[draw_index(domain.values.size() - 1, rng)];
    double left = uniform01(rng) * std::reduce(domain.weights.begin(), domain.weights.end());
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < domain.weights.size(); ++i) {
      if (domain.weights[i] <= 0) continue;
      chosen = i;  // also where rounding leaves a little over at the end
      if (left < domain.weights[i]) break;
      left -= domain.weights[i];
    }
    return domain.values[chosen];
  }

  Value operator()(const Integer& domain) const {
    if (domain.log) return draw_log_integer(domain, rng);
    return at_index(domain, draw_index(last_index(domain), rng));
  }

  Value operator()(const Float& domain) const {
    if (domain.step) return domain.law == Law::uniform ? draw_step(domain) : draw_log_step(domain);
    const double x = draw_real(domain, rng);
    return as_value(domain, domain.q ? quantised(domain, x) : x);
  }

  Value operator()(const Computed&) const { return nullptr; }

  [[nodiscard]] Value draw_step(const Float& domain) const {
    const auto last = static_cast<std::uint64_t>(last_step(domain));
    return at_step(domain, static_cast<double>(draw_index(last, rng)));
  }

  [[nodiscard]] Value draw_log_step(const Float& domain) const {
    const double step = *domain.step;
    const double last = last_step(domain);
    const double x = draw_log(domain.a - step / 2, domain.a + (last + 0.5) * step, rng);
    return at_step(domain, std::clamp(std::nearbyint((x - domain.a) / step), 0.0, last));
  }
};

}  // namespace

Value draw(const Domain& domain, Rng& rng) {
  return std::visit(Draw{rng}, domain);
}

}  // namespace winnow

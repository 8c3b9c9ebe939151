#include <winnow/space/unit_axis.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/normal.hpp>

#include <winnow/space/closest.hpp>
#include <winnow/space/detail/bounds.hpp>
#include <winnow/space/detail/lattice.hpp>

namespace winnow {
namespace {

using namespace lattice;
using Kind = UnitAxis::Kind;

/// Tails beyond double's range are its ends, not errors.
using Policy =
    boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;
using Normal = boost::math::normal_distribution<double, Policy>;
using Beta = boost::math::beta_distribution<double, Policy>;

double clamp_finite(double x) {
  return std::clamp(x, -kLargest, kLargest);
}

double unlerp(double low, double high, double x) {
  return high > low ? std::clamp((x - low) / (high - low), 0.0, 1.0) : 0.5;
}

std::size_t cell(double u, std::uint64_t cells) {
  return std::min<std::uint64_t>(static_cast<std::uint64_t>(u * static_cast<double>(cells)), cells - 1);
}

// --- the real number behind a float, before it is rounded

/// N(a, b), cut off at its range.
class Bell {
public:
  explicit Bell(const Float& domain)
      : normal_(domain.a, domain.b), bounds_(domain.range ? *domain.range : Interval{-kLargest, kLargest}) {
    below_ = domain.range ? cdf(normal_, bounds_.low) : 0;
    above_ = domain.range ? cdf(normal_, bounds_.high) : 1;
  }
  [[nodiscard]] double at(double u) const {
    const double p = std::lerp(below_, above_, u);
    if (p <= 0) return bounds_.low;
    if (p >= 1) return bounds_.high;
    return std::clamp(quantile(normal_, p), bounds_.low, bounds_.high);
  }
  [[nodiscard]] double of(double x) const { return unlerp(below_, above_, cdf(normal_, x)); }

private:
  Normal normal_;
  Interval bounds_;
  double below_;
  double above_;
};

double real_at(const Float& domain, double u) {
  switch (domain.law) {
    case Law::uniform: return std::lerp(domain.a, domain.b, u);
    case Law::log_uniform:
    case Law::inv_log_uniform:
      return std::clamp(std::exp(std::lerp(std::log(domain.a), std::log(domain.b), u)), domain.a, domain.b);
    case Law::normal: return Bell(domain).at(u);
    case Law::log_normal:
      return std::clamp(std::exp(Bell(domain).at(u)), std::numeric_limits<double>::denorm_min(), kLargest);
    case Law::beta: {
      const double x = u <= 0 ? 0 : u >= 1 ? 1 : quantile(Beta(domain.a, domain.b), u);
      return domain.range ? std::lerp(domain.range->low, domain.range->high, x) : x;
    }
  }
  return domain.a;
}

double of_real(const Float& domain, double x) {
  switch (domain.law) {
    case Law::uniform: return unlerp(domain.a, domain.b, x);
    case Law::log_uniform:
    case Law::inv_log_uniform: return x > 0 ? unlerp(std::log(domain.a), std::log(domain.b), std::log(x)) : 0;
    case Law::normal: return Bell(domain).of(x);
    case Law::log_normal: return x > 0 ? Bell(domain).of(std::log(x)) : 0;
    case Law::beta:
      return cdf(Beta(domain.a, domain.b),
                 domain.range ? unlerp(domain.range->low, domain.range->high, x) : std::clamp(x, 0.0, 1.0));
  }
  return 0.5;
}

/// Between which numbers the logarithm of a stepped value is drawn (domain.hpp).
struct LogSteps {
  double low, step, last;
  bool floor = false;

  [[nodiscard]] double bottom() const { return std::log(floor ? low : low - step / 2); }
  [[nodiscard]] double top() const { return std::log(last + (floor ? step : step / 2)); }
  [[nodiscard]] double at(double u) const {
    const double x = std::exp(std::lerp(bottom(), top(), u));
    return floor ? low + step * std::floor((x - low) / step) : x;
  }
  /// A value's own logarithm; where values are rounded down, the middle of those that give it.
  [[nodiscard]] double of(double x) const {
    return unlerp(bottom(), top(), floor ? (std::log(x) + std::log(x + step)) / 2 : std::log(x));
  }
};

LogSteps log_steps(const Integer& domain) {
  return {static_cast<double>(domain.low), static_cast<double>(domain.step),
          static_cast<double>(at_index(domain, last_index(domain))), domain.floor};
}

LogSteps log_steps(const Float& domain) {
  return {domain.a, *domain.step, domain.a + last_step(domain) * *domain.step};
}

// --- each kind of domain

struct Points {
  std::uint64_t operator()(const Constant&) const { return 1; }
  std::uint64_t operator()(const Computed&) const { return 1; }
  std::uint64_t operator()(const Categorical& domain) const { return domain.values.size(); }
  std::uint64_t operator()(const Integer& domain) const {
    const auto last = last_index(domain);
    if (last == 0) return 1;
    return domain.log || static_cast<double>(last) >= kTwoTo53 ? 0 : last + 1;
  }
  std::uint64_t operator()(const Float& domain) const {
    if (!domain.step) return 0;
    const double last = last_step(domain);
    if (last < 1) return 1;
    return domain.law != Law::uniform || last >= kTwoTo53 ? 0 : static_cast<std::uint64_t>(last) + 1;
  }
};

struct At {
  double u;
  Value operator()(const Constant& domain) const { return domain.value; }
  Value operator()(const Computed&) const { return nullptr; }
  Value operator()(const Categorical& domain) const {
    if (domain.weights.empty()) return domain.values[cell(u, domain.values.size())];
    double left = u * std::reduce(domain.weights.begin(), domain.weights.end());
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < domain.weights.size(); ++i) {
      if (domain.weights[i] <= 0) continue;
      chosen = i;
      if (left < domain.weights[i]) break;
      left -= domain.weights[i];
    }
    return domain.values[chosen];
  }
  Value operator()(const Integer& domain) const {
    if (domain.log) return closest(domain, log_steps(domain).at(u));
    const auto last = last_index(domain);
    if (static_cast<double>(last) < kTwoTo53) return at_index(domain, cell(u, last + 1));
    return closest(domain, std::lerp(static_cast<double>(domain.low), static_cast<double>(domain.high), u));
  }
  Value operator()(const Float& domain) const {
    if (!domain.step) return closest(domain, clamp_finite(real_at(domain, u)));
    if (domain.law != Law::uniform) return closest(domain, log_steps(domain).at(u));
    const double last = last_step(domain);
    return at_step(domain, std::min(std::floor(u * (last + 1)), last));
  }
};

struct Of {
  const Value& value;
  double operator()(const Constant&) const { return 0.5; }
  double operator()(const Computed&) const { return 0.5; }
  double operator()(const Categorical& domain) const {
    const std::size_t index = index_in(domain);
    const auto n = static_cast<double>(domain.values.size());
    if (domain.weights.empty()) return (static_cast<double>(index) + 0.5) / n;
    const auto begin = domain.weights.begin();
    const double before = std::reduce(begin, begin + static_cast<std::ptrdiff_t>(index));
    return (before + domain.weights[index] / 2) / std::reduce(begin, domain.weights.end());
  }
  double operator()(const Integer& domain) const {
    const auto x = value.get<double>();
    if (domain.log) return log_steps(domain).of(x);
    const auto last = static_cast<double>(last_index(domain));
    if (!(last < kTwoTo53)) return unlerp(static_cast<double>(domain.low), static_cast<double>(domain.high), x);
    const double index = std::nearbyint((x - static_cast<double>(domain.low)) / static_cast<double>(domain.step));
    return (std::clamp(index, 0.0, last) + 0.5) / (last + 1);
  }
  double operator()(const Float& domain) const {
    const auto x = value.get<double>();
    if (!domain.step) return std::clamp(of_real(domain, x), 0.0, 1.0);
    if (domain.law != Law::uniform) return log_steps(domain).of(x);
    const double last = last_step(domain);
    return (std::clamp(std::nearbyint((x - domain.a) / *domain.step), 0.0, last) + 0.5) / (last + 1);
  }
  [[nodiscard]] std::size_t index_in(const Categorical& domain) const {
    const auto it = std::find(domain.values.begin(), domain.values.end(), value);
    return it == domain.values.end() ? 0 : static_cast<std::size_t>(it - domain.values.begin());
  }
};

Kind kind_of(const Domain& domain, std::uint64_t points) {
  if (points == 1) return Kind::fixed;
  if (std::holds_alternative<Categorical>(domain)) return Kind::categorical;
  return points == 0 ? Kind::continuous : Kind::lattice;
}

}  // namespace

UnitAxis::UnitAxis(Domain domain) : domain_(std::move(domain)), points_(std::visit(Points{}, domain_)) {
  kind_ = kind_of(domain_, points_);
}

Value UnitAxis::value(double u) const {
  return std::visit(At{std::clamp(u, 0.0, 1.0)}, domain_);
}

double UnitAxis::position(const Value& value) const {
  return std::visit(Of{value}, domain_);
}

std::size_t UnitAxis::index(const Value& value) const {
  const auto* domain = std::get_if<Categorical>(&domain_);
  return domain == nullptr ? 0 : Of{value}.index_in(*domain);
}

}  // namespace winnow

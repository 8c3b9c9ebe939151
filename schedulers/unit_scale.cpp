#include <winnow/schedulers/unit_scale.hpp>

#include <algorithm>
#include <cmath>

namespace winnow {
namespace {

struct Ends {
  double low = 0;
  double high = 0;
  bool log = false;
};

constexpr double kSigmas = 3;

Ends ends_of(const Float& domain) {
  const bool log = domain.law == Law::log_uniform || domain.law == Law::inv_log_uniform;
  if (domain.range) return {domain.range->low, domain.range->high};
  switch (domain.law) {
    case Law::normal: return {domain.a - kSigmas * domain.b, domain.a + kSigmas * domain.b};
    case Law::log_normal:
      return {std::exp(domain.a - kSigmas * domain.b), std::exp(domain.a + kSigmas * domain.b), true};
    case Law::beta: return {0, 1};
    case Law::uniform:
    case Law::log_uniform:
    case Law::inv_log_uniform: break;
  }
  return {domain.a, domain.b, log};
}

Ends ends_of(const Integer& domain) {
  return {static_cast<double>(domain.low), static_cast<double>(domain.high), domain.log};
}

template <class Other>
Ends ends_of(const Other&) {
  return {};
}

}  // namespace

std::optional<UnitScale> UnitScale::of(const Domain& domain) {
  auto [low, high, log] = std::visit([](const auto& one) { return ends_of(one); }, domain);
  if (log) {
    low = std::log(low);
    high = std::log(high);
  }
  if (!(std::isfinite(low) && std::isfinite(high - low) && low < high)) return std::nullopt;
  return UnitScale(low, high, log);
}

double UnitScale::to_unit(double value) const {
  if (log_ && !(value > 0)) return 0;
  return std::clamp(((log_ ? std::log(value) : value) - low_) / (high_ - low_), 0.0, 1.0);
}

double UnitScale::from_unit(double place) const {
  const double value = low_ + place * (high_ - low_);
  return log_ ? std::exp(value) : value;
}

}  // namespace winnow

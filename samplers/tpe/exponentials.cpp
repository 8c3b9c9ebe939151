#include <winnow/samplers/tpe/exponentials.hpp>

#include <Eigen/Core>
#include <algorithm>
#include <bit>
#include <cstdint>

namespace winnow::tpe {
namespace {

constexpr int kAtOnce = 64;

/// e^x = 2^n · e^r with |r| <= ln(2)/2, and e^r by its power series; without a branch, so that loops can be vectorised.
[[gnu::always_inline]] inline double exponential(double x) {
  constexpr double kLog2OfE = 0x1.71547652b82fep0;
  constexpr double kHighOfLn2 = 0x1.62e42fefa3800p-1;  // n times it is exact
  constexpr double kRestOfLn2 = 0x1.ef35793c76730p-45;
  constexpr double kRounds = 0x1.8p52;  // a number added to it is rounded to a whole one, in the lowest bits
  const double shifted = x * kLog2OfE + kRounds;
  const double n = shifted - kRounds;
  const double r = (x - n * kHighOfLn2) - n * kRestOfLn2;
  double series = 1.0 / 6227020800;  // 1/13!
  series = series * r + 1.0 / 479001600;
  series = series * r + 1.0 / 39916800;
  series = series * r + 1.0 / 3628800;
  series = series * r + 1.0 / 362880;
  series = series * r + 1.0 / 40320;
  series = series * r + 1.0 / 5040;
  series = series * r + 1.0 / 720;
  series = series * r + 1.0 / 120;
  series = series * r + 1.0 / 24;
  series = series * r + 1.0 / 6;
  series = series * r + 1.0 / 2;
  series = series * r + 1;
  series = series * r + 1;
  constexpr std::int64_t kBias = 1023;
  constexpr int kMantissa = 52;
  return series * std::bit_cast<double>((std::bit_cast<std::int64_t>(shifted) + kBias) << kMantissa);
}

[[gnu::always_inline]] inline void weigh(const double* exponents, const double* weights, double* __restrict terms,
                                         std::size_t count) {
  for (std::size_t k = 0; k < count; ++k) terms[k] = exponential(exponents[k]) * weights[k];
}

#ifdef __x86_64__
[[gnu::target("avx2")]] void weigh_wide(const double* exponents, const double* weights, double* terms,
                                        std::size_t count) {
  weigh(exponents, weights, terms, count);
}
#endif

void weigh_any(const double* exponents, const double* weights, double* terms, std::size_t count) {
#ifdef __x86_64__
  static const bool wide = __builtin_cpu_supports("avx2");
  if (wide) return weigh_wide(exponents, weights, terms, count);
#endif
  weigh(exponents, weights, terms, count);
}

}  // namespace

double sum_of_exponentials(const double* exponents, const double* weights, std::size_t count) {
  Eigen::Array<double, kAtOnce, 1> terms;
  double sum = 0;
  for (std::size_t begin = 0; begin < count; begin += kAtOnce) {
    const std::size_t some = std::min<std::size_t>(kAtOnce, count - begin);
    weigh_any(exponents + begin, weights + begin, terms.data(), some);
    sum += terms.head(static_cast<Eigen::Index>(some)).sum();
  }
  return sum;
}

}  // namespace winnow::tpe

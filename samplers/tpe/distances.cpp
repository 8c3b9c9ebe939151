#include <winnow/samplers/tpe/distances.hpp>

#include <cstdint>

namespace winnow::tpe {
namespace {

[[gnu::always_inline]] inline double square(const Distances& axis, std::size_t k) {
  const double z = (axis.x - axis.place[k]) * axis.narrow[k];
  return z * z;
}

[[gnu::always_inline]] inline bool subtract(const Distances* axes, std::size_t count, double* __restrict logs,
                                            std::size_t kernels, double least) {
  if (count == 1) {
    const Distances a = axes[0];
    for (std::size_t k = 0; k < kernels; ++k) logs[k] -= square(a, k);
  } else if (count == 2) {
    const Distances a = axes[0];
    const Distances b = axes[1];
    for (std::size_t k = 0; k < kernels; ++k) logs[k] -= square(a, k) + square(b, k);
  } else if (count == 3) {
    const Distances a = axes[0];
    const Distances b = axes[1];
    const Distances c = axes[2];
    for (std::size_t k = 0; k < kernels; ++k) logs[k] -= square(a, k) + square(b, k) + square(c, k);
  }
  std::int64_t above = 0;
  for (std::size_t k = 0; k < kernels; ++k) above |= logs[k] > least ? 1 : 0;
  return above != 0;
}

#ifdef __x86_64__
[[gnu::target("avx2")]] bool subtract_wide(const Distances* axes, std::size_t count, double* logs, std::size_t kernels,
                                           double least) {
  return subtract(axes, count, logs, kernels, least);
}
#endif

}  // namespace

bool subtract_squares(const Distances* axes, std::size_t count, double* logs, std::size_t kernels, double least) {
#ifdef __x86_64__
  static const bool wide = __builtin_cpu_supports("avx2");
  if (wide) return subtract_wide(axes, count, logs, kernels, least);
#endif
  return subtract(axes, count, logs, kernels, least);
}

}  // namespace winnow::tpe

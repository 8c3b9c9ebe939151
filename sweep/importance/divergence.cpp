#include <winnow/sweep/importance/divergence.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace winnow::importance {
namespace {

struct Kernel {
  double place;
  double weight;  ///< how many trials
};

/// One for each cell that has trials.
std::vector<Kernel> kernels_of(const Counts& counts) {
  std::vector<Kernel> kernels;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) kernels.push_back({static_cast<double>(i), static_cast<double>(counts[i])});
  }
  return kernels;
}

double total_of(const std::vector<Kernel>& kernels) {
  double total = 0;
  for (const Kernel& kernel : kernels) total += kernel.weight;
  return total;
}

/// P(a < Z < b) of a standard normal Z, without cancellation in either tail.
double mass(double a, double b) {
  if (a > 0) return mass(-b, -a);
  return (std::erfc(-b / std::numbers::sqrt2) - std::erfc(-a / std::numbers::sqrt2)) / 2;
}

/// Where the first kernel lies up to which so many trials are enough, else the last one.
template <class Enough>
double place_where(const std::vector<Kernel>& kernels, Enough enough) {
  double trials = 0;
  for (const Kernel& kernel : kernels) {
    trials += kernel.weight;
    if (enough(trials)) return kernel.place;
  }
  return kernels.back().place;
}

/// By whole trials, as Optuna counts them: up to the first quarter, and beyond the third.
double interquartile_range(const std::vector<Kernel>& kernels, double total) {
  const double first = std::floor(total / 4);
  const double third = std::floor(total * 3 / 4);
  return place_where(kernels, [&](double trials) { return trials > third; }) -
         place_where(kernels, [&](double trials) { return trials >= first; });
}

double scott_sigma(const std::vector<Kernel>& kernels, double total) {
  double mean = 0;
  for (const Kernel& kernel : kernels) mean += kernel.place * kernel.weight;
  mean /= total;
  double squares = 0;
  for (const Kernel& kernel : kernels) squares += std::pow(kernel.place - mean, 2) * kernel.weight;
  const double deviation = std::sqrt(squares / std::max(1.0, total - 1));
  const double spread = std::min(interquartile_range(kernels, total) / 1.34, deviation);
  constexpr double kLeast = 0.5 / 1.64;  // 90% of the kernel lie in its own cell
  return std::max(1.059 * spread * std::pow(total, -0.2), kLeast);
}

void add_normal(double place, double sigma, double weight, std::vector<double>& probability) {
  const double cells = static_cast<double>(probability.size());
  const double within = mass((-0.5 - place) / sigma, (cells - 0.5 - place) / sigma);
  for (std::size_t i = 0; i < probability.size(); ++i) {
    const double from = static_cast<double>(i) - place;
    probability[i] += weight / within * mass((from - 0.5) / sigma, (from + 0.5) / sigma);
  }
}

std::vector<double> of_numbers(const Counts& counts) {
  const auto kernels = kernels_of(counts);
  const double total = total_of(kernels);
  const double sigma = scott_sigma(kernels, total);
  const auto cells = static_cast<double>(counts.size());
  std::vector<double> probability(counts.size(), 0.0);
  for (const Kernel& kernel : kernels) add_normal(kernel.place, sigma, kernel.weight / (total + 1), probability);
  add_normal((cells - 1) / 2, cells, 1 / (total + 1), probability);
  return probability;
}

std::vector<double> of_categories(const Counts& counts) {
  const auto kernels = kernels_of(counts);
  const double total = total_of(kernels);
  const auto cells = static_cast<double>(counts.size());
  const double each = 1 / static_cast<double>(kernels.size() + 1);
  const double sum = 1 + each * cells;
  const double everywhere = (total * each / sum + 1 / cells) / (total + 1);
  std::vector<double> probability(counts.size(), everywhere);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    probability[i] += static_cast<double>(counts[i]) / sum / (total + 1);
  }
  return probability;
}

}  // namespace

std::vector<double> distribution(const Counts& counts, bool ordered) {
  constexpr double kNotNothing = 1e-12;
  std::vector<double> probability = ordered ? of_numbers(counts) : of_categories(counts);
  for (double& p : probability) p += kNotNothing;
  return probability;
}

double divergence(const std::vector<double>& target, const std::vector<double>& region) {
  double sum = 0;
  for (std::size_t i = 0; i < target.size(); ++i) sum += region[i] * std::pow(target[i] / region[i] - 1, 2);
  return sum;
}

}  // namespace winnow::importance

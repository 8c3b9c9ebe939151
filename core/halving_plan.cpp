#include <winnow/core/halving_plan.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <winnow/core/options.hpp>
#include <winnow/core/whole.hpp>

namespace winnow {
namespace {

constexpr double kMostKinds = 100;
constexpr double kLargestRung = 100'000;

Result<void> check(const HalvingPlan::Options& options) {
  if (!(std::isfinite(options.max_t) && options.max_t >= 1)) {
    return invalid_option("max_t", "must be at least 1, got " + format_double(options.max_t));
  }
  if (!(options.min_t >= 1 && options.min_t <= options.max_t)) {
    return invalid_option("grace_period", "must be from 1 to max_t (" + format_double(options.max_t) + "), got " +
                                              format_double(options.min_t));
  }
  if (!(std::isfinite(options.reduction_factor) && options.reduction_factor > 1)) {
    return invalid_option("reduction_factor", "must be greater than 1, got " + format_double(options.reduction_factor));
  }
  return {};
}

std::vector<std::size_t> rungs_of(double kinds, double s, double eta) {
  const double first = whole(std::floor(kinds / (s + 1)) * std::pow(eta, s));
  std::vector<std::size_t> rungs;
  for (double rung = 0; rung <= s; ++rung) {
    rungs.push_back(static_cast<std::size_t>(std::max(whole(first * std::pow(eta, -rung)), 1.0)));
  }
  return rungs;
}

}  // namespace

Result<HalvingPlan> HalvingPlan::make(Options options) {
  if (auto valid = check(options); !valid) return fail(std::move(valid.error()));
  const double eta = options.reduction_factor;
  const double kinds = whole(std::log(options.max_t / options.min_t) / std::log(eta)) + 1;
  // The first rung of bracket 0 is the largest of all.
  if (!(kinds <= kMostKinds && std::pow(eta, kinds - 1) <= kLargestRung)) {
    return invalid_option("reduction_factor", format_double(eta) + " with max_t " + format_double(options.max_t) +
                                                  " and grace_period " + format_double(options.min_t) +
                                                  " makes more than 100 budgets, or a rung of more than 100000 trials; "
                                                  "a larger grace_period or a larger reduction_factor makes fewer");
  }
  HalvingPlan plan(options);
  const auto count = static_cast<std::size_t>(kinds);
  plan.populations_.assign(count, 0);
  plan.round_.assign(count, 0);
  for (std::size_t level = 0; level < count; ++level) {
    const auto halvings = static_cast<double>(count - 1 - level);
    plan.budgets_.push_back(std::max(whole(options.max_t * std::pow(eta, -halvings)), 1.0));
    plan.kinds_.push_back(rungs_of(kinds, halvings, eta));
    for (std::size_t rung = 0; rung < plan.kinds_[level].size(); ++rung) {
      const std::size_t trials = plan.kinds_[level][rung];
      plan.populations_[level + rung] = std::max(plan.populations_[level + rung], trials);
      plan.round_[level + rung] += trials;
    }
  }
  return plan;
}

HalvingPlan::Place HalvingPlan::place(TrialId trial) const {
  const std::size_t trials = std::accumulate(round_.begin(), round_.end(), std::size_t{0});
  const std::size_t round = static_cast<std::size_t>(trial) / trials;
  std::size_t left = static_cast<std::size_t>(trial) % trials;
  std::vector<std::size_t> before = round_;  // trials at each level
  for (std::size_t& count : before) count *= round;
  for (std::size_t kind = 0; kind < kinds(); ++kind) {
    for (std::size_t rung = 0; rung < kinds_[kind].size(); ++rung) {
      const std::size_t level = kind + rung;
      const std::size_t size = kinds_[kind][rung];
      if (left < size) {
        return {.bracket = round * kinds() + kind,
                .rung = rung,
                .level = level,
                .size = size,
                .index = left,
                .member = (before[level] + left) % populations_[level]};
      }
      left -= size;
      before[level] += size;
    }
  }
  return {};
}

}  // namespace winnow

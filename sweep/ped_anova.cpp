#include <winnow/sweep/ped_anova.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include <winnow/sweep/importance/divergence.hpp>
#include <winnow/sweep/importance/grid.hpp>
#include <winnow/sweep/importance/met_parameters.hpp>
#include <winnow/sweep/importance/ranking.hpp>

namespace winnow {
namespace {

using importance::Counts;
using importance::Grid;

/// Fewer trials of a regime say nothing.
constexpr std::uint64_t kLeastTrials = 2;

/// The trials of the region that have the parameter by one domain.
class Regime {
public:
  explicit Regime(const Domain& domain)
      : domain_(&domain), grid_(domain), region_(grid_.cells()), target_(grid_.cells()) {}

  [[nodiscard]] bool is_of(const Domain& domain) const { return domain_ == &domain || *domain_ == domain; }
  [[nodiscard]] bool fixed() const { return grid_.cells() == 1; }
  [[nodiscard]] std::uint64_t trials() const { return in_region_; }

  void add(std::size_t cell, bool in_target) {
    ++region_[cell];
    ++in_region_;
    target_[cell] += in_target ? 1 : 0;
    in_target_ += in_target ? 1 : 0;
  }
  [[nodiscard]] const Grid& grid() const { return grid_; }

  /// What it adds to its parameter's divergence, of so many trials in all.
  [[nodiscard]] double divergence(double region, double target, bool on_local) const {
    if (fixed() || in_region_ < kLeastTrials || in_target_ == 0) return 0;
    const auto cells = static_cast<double>(grid_.cells());
    const auto against =
        on_local ? importance::distribution(region_, grid_.ordered()) : std::vector<double>(grid_.cells(), 1 / cells);
    const double of_target = static_cast<double>(in_target_) / target;
    const double of_region = static_cast<double>(in_region_) / region;
    return of_target * of_target / of_region *
           importance::divergence(importance::distribution(target_, grid_.ordered()), against);
  }

private:
  const Domain* domain_;
  Grid grid_;
  Counts region_;
  Counts target_;
  std::uint64_t in_region_ = 0;
  std::uint64_t in_target_ = 0;
};

struct Counted {
  std::vector<Regime> regimes{};

  Regime& regime(const Domain& domain) {
    const auto it = std::find_if(regimes.begin(), regimes.end(), [&](const Regime& r) { return r.is_of(domain); });
    return it != regimes.end() ? *it : regimes.emplace_back(domain);
  }
  [[nodiscard]] bool fixed() const {
    return std::all_of(regimes.begin(), regimes.end(), [](const Regime& regime) { return regime.fixed(); });
  }
  [[nodiscard]] bool sparse(std::uint64_t region) const {
    const auto too_few = [](std::uint64_t trials) { return trials > 0 && trials < kLeastTrials; };
    for (const Regime& regime : regimes) {
      if (too_few(regime.trials())) return true;
      region -= regime.trials();
    }
    return too_few(region);
  }
};

/// All parameters of the trials, by cells of their grids.
class Tally {
public:
  explicit Tally(const Space& space) : parameters_(space) {}

  /// A trial beyond the region counts for nothing, but its parameters are there.
  void count(const RatedTrial& trial, bool in_region, bool in_target) {
    const auto values = parameters_.values_of(trial);
    counted_.resize(parameters_.size());
    for (const auto& [place, domain, value] : values) {
      if (domain == nullptr) continue;
      Regime& regime = counted_[place].regime(*domain);
      if (!in_region) continue;
      if (const auto cell = regime.grid().cell(*value)) regime.add(*cell, in_target);
    }
  }
  /// With names, in the order of the space; those that no trial has are left out.
  [[nodiscard]] std::vector<std::pair<std::string, const Counted*>> met() const {
    std::vector<std::pair<std::string, const Counted*>> met;
    for (std::size_t i = 0; i < counted_.size(); ++i) {
      if (!counted_[i].regimes.empty()) met.emplace_back(parameters_.name(i), &counted_[i]);
    }
    return met;
  }

private:
  importance::MetParameters parameters_;
  std::vector<Counted> counted_{};
};

/// The greatest loss of the best trials by the quantile; ties with it are among them. infinity: all are.
double cutoff(const std::vector<RatedTrial>& trials, double quantile) {
  if (quantile >= 1) return std::numeric_limits<double>::infinity();
  std::vector<double> losses;
  losses.reserve(trials.size());
  for (const RatedTrial& trial : trials) losses.push_back(trial.loss);
  const auto place = static_cast<std::ptrdiff_t>(std::ceil(quantile * static_cast<double>(losses.size()))) - 1;
  const auto at = losses.begin() + place;
  std::nth_element(losses.begin(), at, losses.end());
  return *at;
}

Result<void> check(const PedAnovaOptions& options) {
  const double target = options.target_quantile;
  const double region = options.region_quantile;
  if (!(target > 0 && target < 1)) {
    return fail({errc::invalid_option, fmt::format("target_quantile: must be above 0 and below 1, got {}", target),
                 "target_quantile"});
  }
  if (region > target && region <= 1) return {};
  return fail({errc::invalid_option,
               fmt::format("region_quantile: must be above target_quantile ({}) and at most 1, got {}", target, region),
               "region_quantile"});
}

Result<void> weigh(const Tally& tally, bool on_local, Importance& result) {
  const auto region = static_cast<double>(result.region);
  const auto target = static_cast<double>(result.target);
  for (const auto& [name, parameter] : tally.met()) {
    if (parameter->fixed()) {
      result.fixed.push_back(name);
      continue;
    }
    double divergence = 0;
    for (const Regime& regime : parameter->regimes) divergence += regime.divergence(region, target, on_local);
    divergence *= std::pow(target / region, 2);
    result.parameters.push_back({name, 0, divergence, parameter->sparse(result.region)});
  }
  return importance::rank(result);
}

}  // namespace

Result<Importance> ped_anova(const Space& space, const std::vector<RatedTrial>& trials,
                             const PedAnovaOptions& options) {
  if (const auto checked = check(options); !checked) return fail(checked.error());
  if (const auto enough = importance::check_enough(trials.size()); !enough) return fail(enough.error());
  const double region = cutoff(trials, options.region_quantile);
  const double target = cutoff(trials, options.target_quantile);
  Importance result{.trials = trials.size()};
  Tally tally(space);
  for (const RatedTrial& trial : trials) {
    const bool in_region = trial.loss <= region;
    const bool in_target = trial.loss <= target;
    result.region += in_region ? 1 : 0;
    result.target += in_target ? 1 : 0;
    tally.count(trial, in_region, in_target);
  }
  if (result.target == result.region) {
    return fail(errc::invalid_input,
                fmt::format("the best {:g}% of the trials are all {} that they are compared with: their values are "
                            "equal, so that no parameter makes a difference",
                            100 * options.target_quantile, result.region));
  }
  if (const auto weighed = weigh(tally, options.evaluate_on_local, result); !weighed) return fail(weighed.error());
  return result;
}

}  // namespace winnow

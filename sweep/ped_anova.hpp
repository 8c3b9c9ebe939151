/// How important each parameter is for a trial to be among the best: PED-ANOVA (Watanabe, Bansal and Hutter,
/// "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces", IJCAI 2023,
/// arXiv:2304.10255), for conditional parameters as in arXiv:2601.20800 (docs/algorithms/importance.md).
///
/// The region are the best trials by `region_quantile`, the target those by `target_quantile`; a parameter is the more
/// important, the more differently it is distributed in both. What Optuna 5.0's PedAnovaImportanceEvaluator computes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/result.hpp>
#include <winnow/space/space.hpp>

namespace winnow {

struct PedAnovaOptions {
  double target_quantile = 0.1;   ///< above 0
  double region_quantile = 1;     ///< above target_quantile, at most 1
  bool evaluate_on_local = true;  ///< false: against a uniform distribution instead of the region's
};

/// A trial as PED-ANOVA sees it. What is pointed to must outlive the call.
struct RatedTrial {
  struct Drawn {
    std::string_view name;
    const Domain* domain;
  };

  const Assignment* params = nullptr;
  double loss = 0;             ///< less is better; finite
  std::vector<Drawn> drawn{};  ///< the domains of values that aren't by the space's (define-by-run)
};

struct ParameterImportance {
  std::string name;
  double importance = 0;  ///< its share of all parameters' divergences: they sum to 1
  double divergence = 0;  ///< >= 0
  bool sparse = false;    ///< a single trial has it, lacks it, or has it by another domain: it counts for nothing
};

struct Importance {
  std::vector<ParameterImportance> parameters{};  ///< the most important first, of equal ones as in the space
  std::vector<std::string> fixed{};               ///< parameters with one value, of which there is nothing to say
  std::size_t trials = 0;
  std::size_t region = 0;  ///< so many of them
  std::size_t target = 0;  ///< so many of those
};

/// Fails with `invalid_option` for quantiles out of range, and with `invalid_input` for less than two trials, for
/// parameters that all are fixed, and where the target is the whole region: all its trials are equally good.
Result<Importance> ped_anova(const Space& space, const std::vector<RatedTrial>& trials, const PedAnovaOptions& options);

}  // namespace winnow

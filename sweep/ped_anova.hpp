/// How important each parameter is for a trial to be among the best: PED-ANOVA (Watanabe, Bansal and Hutter,
/// "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary Subspaces", IJCAI 2023,
/// arXiv:2304.10255), for conditional parameters as in arXiv:2601.20800 (docs/algorithms/importance.md).
///
/// The region are the best trials by `region_quantile`, the target those by `target_quantile`; a parameter is the more
/// important, the more differently it is distributed in both. What Optuna 5.0's PedAnovaImportanceEvaluator computes.
#pragma once

#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/space/space.hpp>
#include <winnow/sweep/parameter_importance.hpp>

namespace winnow {

struct PedAnovaOptions {
  double target_quantile = 0.1;   ///< above 0
  double region_quantile = 1;     ///< above target_quantile, at most 1
  bool evaluate_on_local = true;  ///< false: against a uniform distribution instead of the region's
};

/// Fails with `invalid_option` for quantiles out of range, and with `invalid_input` for less than two trials, for
/// parameters that all are fixed, and where the target is the whole region: all its trials are equally good.
Result<Importance> ped_anova(const Space& space, const std::vector<RatedTrial>& trials,
                             const PedAnovaOptions& options = {});

}  // namespace winnow

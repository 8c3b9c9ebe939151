/// Bayesian optimisation with a Gaussian process (Jones, Schonlau and Welch, "Efficient Global Optimization of
/// Expensive Black-Box Functions", 1998; Snoek, Larochelle and Adams, NeurIPS 2012), after Optuna 5.0's GPSampler
/// (docs/algorithms/gp.md).
///
/// Trials are drawn at random until `n_startup_trials` of them have ended with values. From then on each objective, and
/// each constraint, is modelled by a process over the known parameters, its hyperparameters fitted by maximum a
/// posteriori, and a trial goes to where the expected improvement is greatest, given those that run (gp/utility.hpp).
///
/// Hyperparameters are fitted anew when the number of ended trials is some twentieth greater than the last time, from
/// the same start, to the trials that had ended by then: so they are a function of the history, and one fit has them
/// again.
#pragma once

#include <memory>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Fails with `invalid_option`.
Result<std::unique_ptr<Sampler>> make_gp(const Value& options, SamplerContext context);

/// W&B's `bayes`: the same, with W&B's default for runs without a usable value (`impute: worst`).
Result<std::unique_ptr<Sampler>> make_bayes(const Value& options, SamplerContext context);

}  // namespace winnow

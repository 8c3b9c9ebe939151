/// The tree-structured Parzen estimator (Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011;
/// Watanabe, "Tree-Structured Parzen Estimator", arXiv:2304.11127; several objectives: Ozaki et al., "Multiobjective
/// Tree-Structured Parzen Estimator", GECCO 2020), with the rules, names and defaults of Optuna 5.0's TPESampler:
/// docs/algorithms/tpe.md.
///
/// Ended trials are split into good ones and others (tpe/split.hpp); each side gets a density (tpe/parzen.hpp). Of
/// n_ei_candidates points drawn from the good ones' density the one is suggested where it exceeds the others' the most.
#pragma once

#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

/// Fails with `invalid_option` and the option's name.
Result<std::unique_ptr<Sampler>> make_tpe(const Value& options, SamplerContext context);

}  // namespace winnow

/// The tree-structured Parzen estimator (Bergstra et al., "Algorithms for Hyper-Parameter Optimization", NeurIPS 2011;
/// Watanabe, "Tree-Structured Parzen Estimator", arXiv:2304.11127; several objectives: Ozaki et al., "Multiobjective
/// Tree-Structured Parzen Estimator", GECCO 2020), with the rules, names and defaults of Optuna 5.0's TPESampler:
/// docs/algorithms/tpe.md.
///
/// Ended trials are split into good ones and others (tpe/split.hpp); each side gets a density (tpe/parzen.hpp). Of
/// n_ei_candidates points drawn from the good ones' density the one is suggested where it exceeds the others' the most.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/samplers/context.hpp>
#include <winnow/samplers/detail/history.hpp>
#include <winnow/samplers/sampler.hpp>
#include <winnow/samplers/tpe/model.hpp>

namespace winnow {

class TpeSampler final : public Sampler {
public:
  struct Options {
    int n_startup_trials = 10;         ///< so many must have ended before anything but random ones is suggested, >= 0
    int n_ei_candidates = 24;          ///< >= 1
    std::optional<bool> multivariate;  ///< by default: with a single objective, or with `group`
    bool group = false;                ///< needs multivariate
    bool constant_liar = true;         ///< trials that run count as bad ones, so that nothing near them is suggested
    double prior_weight = 1;           ///< >= 0
    bool consider_magic_clip = true;   ///< no kernel narrower than 1/100 of the range
    bool consider_endpoints = false;   ///< the range's ends are neighbours of the outermost trials
    bool hyperopt_gamma = false;       ///< how many trials are good: sqrt(n) / 4 rather than n / 10
    bool uniform_weights = false;      ///< old trials weigh as much as the last 25
  };

  /// Fails with `invalid_option` and the option's name.
  static Result<TpeSampler> make(Options options, SamplerContext context);

  /// O(trials · parameters · n_ei_candidates).
  std::optional<Assignment> propose(TrialId trial) override;
  Value draw(TrialId trial, std::string_view name, const Domain& domain) override;
  void observe(const Observation& observation) override;
  [[nodiscard]] bool learns() const override { return true; }
  [[nodiscard]] Value options() const override;
  [[nodiscard]] std::vector<std::string> describe() const override;

private:
  TpeSampler(Options options, SamplerContext context);
  [[nodiscard]] bool starting() const;
  [[nodiscard]] std::optional<Assignment> choose(TrialId trial);
  /// Values of the parameter and of all that are modelled with it, by number.
  void choose_block(TrialId trial, std::size_t parameter, std::vector<std::optional<Value>>& values);
  [[nodiscard]] bool feasible(const std::vector<std::size_t>& block, const std::vector<Value>& values) const;

  Options options_;
  Space space_;
  std::uint64_t seed_;
  SpaceFunctions functions_;
  History history_;
  tpe::Model model_;
};

/// From the sweep file's keys; the registry's entry.
Result<std::unique_ptr<Sampler>> make_tpe(const Value& options, SamplerContext context);

}  // namespace winnow

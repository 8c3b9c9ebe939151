#include <winnow/sweep/fanova.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <winnow/sweep/importance/feature.hpp>
#include <winnow/sweep/importance/met_parameters.hpp>
#include <winnow/sweep/importance/ranking.hpp>
#include <winnow/sweep/importance/tree_variance.hpp>

namespace winnow {
namespace {

using importance::Feature;
using importance::Scale;

/// A parameter's values for as long as all trials have it by one domain.
struct Common {
  const Domain* domain = nullptr;
  std::optional<Scale> scale{};
  std::vector<double> values{};

  void take(const Domain& other, const Value& value) {
    if (domain == nullptr) {
      domain = &other;
      scale.emplace(other);
    }
    if (domain != &other && !(*domain == other)) return;
    if (const auto place = scale->fixed() ? 0.0 : scale->place(value)) values.push_back(*place);
  }
};

/// The features of the parameters that all trials have by one domain. The importance gets their names in the same
/// order, that of the space, and the names of those that are fixed or partial.
std::vector<Feature> features_of(const Space& space, const std::vector<RatedTrial>& trials, Importance& importance) {
  importance::MetParameters parameters(space);
  std::vector<Common> all;
  for (const RatedTrial& trial : trials) {
    const auto values = parameters.values_of(trial);
    all.resize(parameters.size());
    for (const auto& [place, domain, value] : values) {
      if (domain != nullptr) all[place].take(*domain, *value);
    }
  }
  std::vector<Feature> features;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].domain == nullptr) continue;  // no trial has it
    if (all[i].scale->fixed()) {
      importance.fixed.push_back(parameters.name(i));
    } else if (all[i].values.size() < trials.size()) {
      importance.partial.push_back(parameters.name(i));
    } else {
      importance.parameters.push_back({.name = parameters.name(i)});
      features.push_back(all[i].scale->feature());
      features.back().values = std::move(all[i].values);
    }
  }
  return features;
}

double greatest(const std::vector<double>& numbers) {
  double greatest = 0;
  for (const double x : numbers) greatest = std::max(greatest, std::abs(x));
  return greatest;
}

/// Around their mean, the farthest at 1 or -1, so that no square is too large or too small for a double. All 0 where
/// the losses are equal.
std::vector<double> targets_of(const std::vector<RatedTrial>& trials) {
  std::vector<double> targets;
  targets.reserve(trials.size());
  for (const RatedTrial& trial : trials) targets.push_back(trial.loss);
  const auto divide = [&](double by) {
    for (double& x : targets) x = by > 0 ? x / by : 0;
  };
  divide(greatest(targets));
  double mean = 0;
  for (const double x : targets) mean += x / static_cast<double>(targets.size());
  for (double& x : targets) x -= mean;
  divide(greatest(targets));
  return targets;
}

Result<void> check(const FanovaOptions& options) {
  const auto at_least_1 = [](const char* name, int value) -> Result<void> {
    if (value >= 1) return {};
    return fail({errc::invalid_option, fmt::format("{}: must be at least 1, got {}", name, value), name});
  };
  if (auto checked = at_least_1("n_trees", options.n_trees); !checked) return checked;
  return at_least_1("max_depth", options.max_depth);
}

/// The scores of the parameters, which have these features. How many trees make a difference: those of a bootstrap
/// sample of equal losses don't, and don't count.
int score(const std::vector<Feature>& features, const std::vector<double>& targets, const FanovaOptions& options,
          Importance& importance) {
  importance::Grower grower(features, targets, options.max_depth);
  int counted = 0;
  for (int i = 0; i < options.n_trees; ++i) {
    Rng rng = keyed_rng(options.seed, i, "fanova");
    const auto variance = importance::variance_of(grower.grow(rng), features);
    if (!(variance.total > 0)) continue;
    ++counted;
    for (std::size_t f = 0; f < features.size(); ++f) {
      importance.parameters[f].score += variance.marginal[f] / variance.total;
    }
  }
  for (ParameterImportance& one : importance.parameters) one.score /= std::max(counted, 1);
  return counted;
}

}  // namespace

Result<Importance> fanova(const Space& space, const std::vector<RatedTrial>& trials, const FanovaOptions& options) {
  if (const auto checked = check(options); !checked) return fail(checked.error());
  if (const auto enough = importance::check_enough(trials.size()); !enough) return fail(enough.error());
  Importance result{.trials = trials.size()};
  const auto features = features_of(space, trials, result);
  if (features.empty() && !result.partial.empty()) {
    return fail(errc::invalid_input,
                fmt::format("no parameter that all trials have has more than one value; fANOVA says nothing of those "
                            "that some lack, or have by another domain: {}",
                            fmt::join(result.partial, ", ")));
  }
  if (!features.empty() && score(features, targets_of(trials), options, result) == 0) {
    return fail(errc::invalid_input,
                fmt::format("the parameters tell none of the {} trials' values apart: no parameter "
                            "makes a difference",
                            trials.size()));
  }
  if (const auto ranked = importance::rank(result); !ranked) return fail(ranked.error());
  return result;
}

}  // namespace winnow

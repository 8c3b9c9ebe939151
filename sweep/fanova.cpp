#include <winnow/sweep/fanova.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <winnow/sweep/importance/feature.hpp>
#include <winnow/sweep/importance/ranking.hpp>
#include <winnow/sweep/importance/tree_variance.hpp>

namespace winnow {
namespace {

using importance::Feature;
using importance::Scale;

/// A parameter for as long as all trials have it by one domain.
struct Common {
  std::string name;
  const Domain* usual = nullptr;  ///< the space's; null: it isn't there
  const Domain* domain = nullptr;
  std::optional<Scale> scale{};
  std::vector<double> values{};

  void take(const Domain* other, const Value& value) {
    if (other == nullptr) return;
    if (domain == nullptr) {
      domain = other;
      scale.emplace(*other);
    }
    if (domain != other && !(*domain == *other)) return;
    if (const auto place = scale->fixed() ? 0.0 : scale->place(value)) values.push_back(*place);
  }
};

/// The parameters of the trials, in the order of the space.
class Parameters {
public:
  explicit Parameters(const Space& space) {
    for (const Parameter& parameter : space.parameters()) add(parameter.name(), &parameter.domain);
  }

  void take(const RatedTrial& trial) {
    std::size_t next = 0;  // trials mostly have the space's parameters in the space's order
    for (const auto& [name, value] : trial.params->entries()) {
      const std::size_t place = next < all_.size() && all_[next].name == name ? next : find(name);
      next = place + 1;
      all_[place].take(domain_of(trial, all_[place]), value);
    }
  }
  /// Those of so many trials. The importance gets its names of parameters, those that are fixed and those that not all
  /// trials have; parameters that no trial has are left out.
  std::vector<Feature> features(std::size_t trials, Importance& importance) {
    std::vector<Feature> features;
    for (Common& one : all_) {
      if (one.domain == nullptr) continue;
      if (one.scale->fixed()) {
        importance.fixed.push_back(one.name);
      } else if (one.values.size() < trials) {
        importance.partial.push_back(one.name);
      } else {
        importance.parameters.push_back({.name = one.name});
        features.push_back(one.scale->feature());
        features.back().values = std::move(one.values);
      }
    }
    return features;
  }

private:
  std::size_t add(std::string name, const Domain* usual) {
    places_.emplace(name, all_.size());
    all_.push_back({.name = std::move(name), .usual = usual});
    return all_.size() - 1;
  }
  std::size_t find(const std::string& name) {
    const auto it = places_.find(name);
    return it != places_.end() ? it->second : add(name, nullptr);
  }
  static const Domain* domain_of(const RatedTrial& trial, const Common& parameter) {
    for (const RatedTrial::Drawn& drawn : trial.drawn) {
      if (drawn.name == parameter.name) return drawn.domain;
    }
    return parameter.usual;
  }

  std::vector<Common> all_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

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
  Parameters parameters(space);
  for (const RatedTrial& trial : trials) parameters.take(trial);
  Importance result{.trials = trials.size()};
  const auto features = parameters.features(trials.size(), result);
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

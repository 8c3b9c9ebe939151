#include <winnow/samplers/cmaes/search.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>

#include <winnow/samplers/detail/keyed.hpp>

namespace winnow::cmaes {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// How often a vector is drawn that linear constraints refuse, at least.
constexpr Index kTriesForConstraints = 1000;
/// The middle of so many points is taken for the middle of what linear constraints leave.
constexpr TrialId kPointsForMiddle = 100;
constexpr double kSameTo = 1e-9;

/// Standard normal vectors, each coordinate from a stream of its own.
class Normals {
public:
  Normals(std::uint64_t seed, TrialId trial, const Coordinates& coordinates) {
    for (Index i = 0; i < coordinates.size(); ++i)
      streams_.push_back({keyed_rng(seed, trial, coordinates.name(i)), {}});
  }
  VectorXd next() {
    VectorXd z(static_cast<Index>(streams_.size()));
    for (Index i = 0; i < z.size(); ++i) {
      auto& [rng, normal] = streams_[static_cast<std::size_t>(i)];
      z(i) = normal(rng);
    }
    return z;
  }

private:
  struct Stream {
    Rng rng;
    std::normal_distribution<double> normal;
  };
  std::vector<Stream> streams_;
};

int first_popsize(const Options& options, const Coordinates& coordinates) {
  return options.popsize.value_or(default_popsize(std::max<Index>(1, coordinates.size())));
}

}  // namespace

Search::Search(const Space& space, std::uint64_t seed, const Options& options)
    : space_(space),
      seed_(seed),
      options_(options),
      coordinates_(space_, options.with_margin),
      restarts_(options.restart_strategy, first_popsize(options, coordinates_), options.inc_popsize),
      strategy_(strategy_from(first_mean())),
      margin_(coordinates_.lattices(), coordinates_.size(), restarts_.popsize()) {}

Strategy Search::strategy_from(VectorXd mean) const {
  if (mean.size() == 0) mean = VectorXd::Zero(1);  // nothing is drawn from it
  return Strategy({.mean = std::move(mean),
                   .sigma = options_.sigma0,
                   .popsize = restarts_.popsize(),
                   .separable = options_.use_separable_cma && coordinates_.size() > 1,
                   .lr_adapt = options_.lr_adapt});
}

VectorXd Search::first_mean() const {
  VectorXd mean = VectorXd::Constant(coordinates_.size(), 0.5);
  std::vector<Value> middle;
  for (Index i = 0; i < mean.size(); ++i) middle.push_back(coordinates_.value(i, 0.5));
  if (!space_.constraints().empty() && !feasible(0, middle)) {
    mean.setZero();
    for (TrialId i = 0; i < kPointsForMiddle; ++i) {
      mean += drawn_point(key_hash(seed_, i, "cmaes mean")) / static_cast<double>(kPointsForMiddle);
    }
  }
  for (const auto& [name, value] : options_.x0.entries()) {
    const Index i = coordinates_.find(name);
    if (i >= 0) mean(i) = coordinates_.position(i, value);
  }
  return mean;
}

/// As random search would draw it.
VectorXd Search::drawn_point(std::uint64_t seed) const {
  const SpaceFunctions none;
  const auto suffix = feasible_key(Source{space_, seed, none}, 0, [](std::string_view) { return nullptr; });
  VectorXd x(coordinates_.size());
  for (Index i = 0; i < x.size(); ++i) {
    const std::string& name = coordinates_.name(i);
    const std::string key = space_.constrained(name) && suffix ? name + *suffix : name;
    x(i) = coordinates_.position(i, keyed_draw(seed, 0, key, coordinates_.domain(i)));
  }
  return x;
}

bool Search::within(const VectorXd& x) const {
  for (Index i = 0; i < x.size(); ++i) {
    if (coordinates_.bounded(i) && !(x(i) >= 0 && x(i) <= 1)) return false;
  }
  return true;
}

bool Search::feasible(TrialId trial, const std::vector<Value>& values) const {
  const SpaceFunctions none;
  Assignment point;
  for (const LinearConstraint& constraint : space_.constraints()) {
    for (const LinearConstraint::Term& term : constraint.terms) {
      const Index i = coordinates_.find(term.name);
      if (i >= 0) {
        point.set(term.name, values[static_cast<std::size_t>(i)]);
      } else {
        point.set(term.name, keyed_draw(seed_, trial, term.name, space_.find(term.name)->domain));
      }
    }
  }
  return space_.feasible(point);
}

/// Without a margin the point that is tried counts for the update, as with Optuna, not the one that it was rounded
/// from.
Search::Candidate Search::candidate(VectorXd x) const {
  std::vector<Value> values(static_cast<std::size_t>(x.size()));
  const auto points = margin_.points(x, strategy_.mean());
  for (std::size_t k = 0; k < points.size(); ++k) {
    const Index i = coordinates_.lattices()[k].coordinate;
    values[static_cast<std::size_t>(i)] = coordinates_.value_at_point(i, points[k]);
  }
  for (Index i = 0; i < x.size(); ++i) {
    if (!coordinates_.bounded(i)) continue;
    Value& value = values[static_cast<std::size_t>(i)];
    value = coordinates_.value(i, x(i));  // clamps
    x(i) = coordinates_.position(i, value);
  }
  return {std::move(x), std::move(values)};
}

std::optional<Search::Candidate> Search::draw(TrialId trial) const {
  Normals normals(seed_, trial, coordinates_);
  const bool constrained = !space_.constraints().empty();
  const Index tries = std::max(10 * coordinates_.size(), constrained ? kTriesForConstraints : 0);
  for (Index attempt = 0; attempt <= tries; ++attempt) {
    VectorXd x = strategy_.at(normals.next());
    if (attempt < tries && !within(x)) continue;  // the last one is pulled back to the bounds
    Candidate drawn = candidate(std::move(x));
    if (!constrained || feasible(trial, drawn.values)) return drawn;
  }
  return std::nullopt;
}

std::optional<VectorXd> Search::recognise(TrialId trial, const Assignment& params) const {
  auto drawn = draw(trial);
  if (!drawn) return std::nullopt;
  for (Index i = 0; i < coordinates_.size(); ++i) {
    const Value* given = params.find(coordinates_.name(i));
    const Value& expected = drawn->values[static_cast<std::size_t>(i)];
    if (given == nullptr || !given->is_number()) return std::nullopt;
    if (*given == expected) continue;
    const double apart = coordinates_.position(i, *given) - coordinates_.position(i, expected);
    if (!(std::abs(apart) <= kSameTo)) return std::nullopt;
  }
  return std::move(drawn->x);
}

void Search::tell(std::vector<Solution> solutions) {
  strategy_.tell(std::move(solutions));
  margin_.correct(strategy_);
  if (restarts_.wanted() && strategy_.should_stop()) restart();
}

void Search::restart() {
  const TrialId number = restarts_.count() + 1;
  Rng rng = keyed_rng(seed_, number, "cmaes popsize");
  restarts_.next_popsize(strategy_.generation(), uniform01(rng));
  strategy_ = strategy_from(drawn_point(key_hash(seed_, number, "cmaes restart")));
  margin_ = Margin(coordinates_.lattices(), coordinates_.size(), restarts_.popsize());
}

}  // namespace winnow::cmaes

/// The distribution that a sweep's trials are drawn from, through all generations and restarts. What a trial is drawn
/// as depends on the seed, its number, and the generation.
#pragma once

#include <optional>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/samplers/cmaes/coordinates.hpp>
#include <winnow/samplers/cmaes/restarts.hpp>

namespace winnow::cmaes {

struct Options {
  Assignment x0{};               ///< where the mean begins; the middle for those that it lacks
  double sigma0 = 1.0 / 6;       ///< of the coordinates in [0, 1], > 0
  int n_startup_trials = 1;      ///< trials that must have ended before the first is drawn from it, >= 0
  std::optional<int> popsize{};  ///< >= 2; by default 4 + ⌊3 ln n⌋
  RestartStrategy restart_strategy = RestartStrategy::none;
  int inc_popsize = 2;  ///< by how much a restart multiplies it, >= 1
  bool use_separable_cma = false;
  bool with_margin = false;
  bool lr_adapt = false;
  bool consider_pruned_trials = false;
};

class Search {
public:
  /// What a trial is drawn as.
  struct Candidate {
    Eigen::VectorXd x;          ///< for the update
    std::vector<Value> values;  ///< one for each coordinate
  };

  Search(const Space& space, std::uint64_t seed, const Options& options);

  [[nodiscard]] const Coordinates& coordinates() const { return coordinates_; }
  [[nodiscard]] const Strategy& strategy() const { return strategy_; }
  [[nodiscard]] int popsize() const { return restarts_.popsize(); }  ///< of the present run
  /// nullopt: the linear constraints refused all that were drawn.
  [[nodiscard]] std::optional<Candidate> draw(TrialId trial) const;
  /// The candidate's x if the parameters are what the trial is drawn as, to nine digits.
  [[nodiscard]] std::optional<Eigen::VectorXd> recognise(TrialId trial, const Assignment& params) const;
  /// The next generation, or the next run, from popsize() solutions of this one.
  void tell(std::vector<Solution> solutions);

private:
  [[nodiscard]] bool within(const Eigen::VectorXd& x) const;
  [[nodiscard]] bool feasible(TrialId trial, const std::vector<Value>& values) const;
  [[nodiscard]] Candidate candidate(Eigen::VectorXd x) const;
  [[nodiscard]] Eigen::VectorXd drawn_point(std::uint64_t seed) const;
  [[nodiscard]] Eigen::VectorXd first_mean() const;
  [[nodiscard]] Strategy strategy_from(Eigen::VectorXd mean) const;
  void restart();

  Space space_;
  std::uint64_t seed_;
  Options options_;
  Coordinates coordinates_;
  Restarts restarts_;
  Strategy strategy_;
  Margin margin_;
};

}  // namespace winnow::cmaes

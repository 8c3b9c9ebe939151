/// CMA-ES: a normal distribution that moves to the better half of what was drawn from it, and takes on its shape
/// (Hansen, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772), with the rules of the Python package `cmaes`
/// 0.13 (CMA and SepCMA), which is what Optuna's CmaEsSampler goes by.
///
/// It knows nothing of bounds: whoever draws from it does.
#pragma once

#include <optional>
#include <vector>

#include <winnow/samplers/cmaes/constants.hpp>
#include <winnow/samplers/cmaes/covariance.hpp>
#include <winnow/samplers/cmaes/learning_rate.hpp>

namespace winnow::cmaes {

struct Solution {
  Eigen::VectorXd x;
  double loss = 0;  ///< infinite ones are the worst; not NaN
};

class Strategy {
public:
  struct Options {
    Eigen::VectorXd mean;  ///< at least one number
    double sigma = 1;      ///< > 0
    int popsize = 2;       ///< >= 2
    bool separable = false;
    bool lr_adapt = false;  ///< not with `separable`
  };

  explicit Strategy(const Options& options);

  /// mean + sigma · C^½ · z, for a standard normal z.
  [[nodiscard]] Eigen::VectorXd at(const Eigen::VectorXd& z) const;
  /// The next generation, from popsize solutions of this one. Of equal losses the earlier one is the better. An update
  /// that overflows leaves the distribution as it was.
  void tell(std::vector<Solution> solutions);
  /// True where it has converged or diverged, so that a restart is due (the package's criteria).
  [[nodiscard]] bool should_stop() const;

  [[nodiscard]] int generation() const { return generation_; }  ///< updates so far
  [[nodiscard]] int popsize() const { return constants_.popsize; }
  [[nodiscard]] const Eigen::VectorXd& mean() const { return mean_; }
  [[nodiscard]] double sigma() const { return sigma_; }
  [[nodiscard]] const Covariance& covariance() const { return covariance_; }
  [[nodiscard]] double mean_rate() const { return mean_rate_.rate(); }              ///< 1 without lr_adapt
  [[nodiscard]] double covariance_rate() const { return covariance_rate_.rate(); }  ///< likewise
  /// For a correction from without (margin.hpp).
  void set_mean(const Eigen::VectorXd& mean) { mean_ = mean; }

private:
  struct Extremes {
    double best;
    double worst;
  };

  void update(const Eigen::MatrixXd& steps);
  void adapt(const Strategy& before);
  [[nodiscard]] bool flat() const;
  [[nodiscard]] Eigen::Index dimensions() const { return mean_.size(); }

  Constants constants_;
  bool lr_adapt_;
  double tolerance_;  ///< a distribution narrower than this has converged
  int generation_ = 0;
  Eigen::VectorXd mean_;
  double sigma_;
  Covariance covariance_;
  Eigen::VectorXd sigma_path_;
  Eigen::VectorXd covariance_path_;
  LearningRate mean_rate_;
  LearningRate covariance_rate_;
  std::size_t remembered_;          ///< how many generations count for a flat objective
  std::vector<Extremes> extremes_;  ///< of the last of them
};

}  // namespace winnow::cmaes

/// A Parzen estimator of trials: a mixture with one kernel for each, a product over the parameters, and one for the
/// prior (Bergstra et al., NeurIPS 2011; Watanabe, arXiv:2304.11127), with the rules of Optuna 5.0's
/// _ParzenEstimator, in [0, 1] (tpe/axis.hpp).
///
/// A number's kernel is a normal around the trial's, cut off to [0, 1]; its sigma is the larger of the distances to
/// the next smaller and the next greater trial's (the outermost know one neighbour only, or with
/// `consider_endpoints` the ends as well), but at most 1 and, with `consider_magic_clip`, at least 1 / min(100, kernels
/// + 1). The prior's is N(0.5, 1). A category's kernel is one for the trial's, plus its prior probability times
/// prior_weight · categories / kernels, over their sum. Kernels weigh 1, or by age: 25 trials 1, older ones less down
/// to 1/n; the prior's prior_weight.
///
/// Trials come and go one by one, in O(log n + parameters · what moves); a density is vectorised over the kernels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/samplers/tpe/axis.hpp>

namespace winnow::tpe {

struct Rules {
  double prior_weight = 1;  ///< >= 0
  bool magic_clip = true;
  bool endpoints = false;
  bool by_age = true;  ///< false: all trials weigh the same
};

/// Places of points: one list for each axis, all as long as there are points.
using Columns = std::vector<std::vector<double>>;

class Parzen {
public:
  Parzen(const std::vector<Axis>& axes, Rules rules);

  /// `point`: a place for each axis. A trial is in it once.
  void insert(TrialId trial, const std::vector<double>& point);
  void erase(TrialId trial);
  [[nodiscard]] bool contains(TrialId trial) const;
  [[nodiscard]] std::size_t size() const { return trials_.size(); }
  [[nodiscard]] const std::vector<TrialId>& trials() const { return trials_; }
  [[nodiscard]] std::vector<double> point(TrialId trial) const;

  /// What follows needs it after a change.
  void settle();

  /// Their sum is 1: by trial number, the prior's last.
  [[nodiscard]] std::vector<double> weights() const;
  [[nodiscard]] const std::vector<double>& means(std::size_t axis) const { return numbers_[axis].place; }
  [[nodiscard]] double sigma(std::size_t axis, std::size_t kernel) const;
  /// How probable each category is under a kernel; kernel size() is the prior's.
  [[nodiscard]] std::vector<double> category_weights(std::size_t axis, std::size_t kernel) const;

  /// A place along the axis, of the quantile `u` under the kernel.
  [[nodiscard]] double sample(std::size_t axis, std::size_t kernel, double u) const;
  /// The logarithm of the density at each point (of the probability, along axes with categories or cells).
  [[nodiscard]] std::vector<double> log_density(const Columns& points) const;

private:
  static constexpr double kPriorPlace = 0.5;
  static constexpr double kPriorSigma = 1;

  /// One axis, a number for each trial.
  struct Numbers {
    std::vector<double> place;
    std::vector<double> gap;        ///< the sigma before it is clipped
    std::vector<double> derived;    ///< the sigma that what follows is derived from; 0: it isn't yet
    std::vector<double> narrow;     ///< 1 / (sigma · sqrt 2)
    std::vector<double> log_scale;  ///< the logarithm of what a kernel is multiplied by, to make a density of it
    std::set<std::pair<double, TrialId>> order;
    std::vector<std::uint32_t> type;                               ///< with cells: which (place, sigma) it is
    std::map<std::pair<double, double>, std::uint32_t> types{};    ///< by place, sigma
    std::vector<std::pair<double, double>> type_of{};              ///< likewise
    mutable std::map<double, std::vector<double>> lattice_mass{};  ///< by sigma: ln of a cell's mass, so many cells off
  };
  using Order = std::set<std::pair<double, TrialId>>;

  [[nodiscard]] std::size_t row_of(TrialId trial) const;
  [[nodiscard]] double min_sigma() const;
  [[nodiscard]] double gap_at(const Numbers& numbers, Order::const_iterator at) const;
  void measure(std::size_t axis, Order::const_iterator at);
  void derive(std::size_t axis, std::size_t row);
  void assign_type(Numbers& numbers, std::size_t row, double sigma) const;
  [[nodiscard]] bool has_cells(std::size_t axis) const;
  [[nodiscard]] double cell_mass(std::size_t axis, double x, const Axis::Cell& cell, double place, double sigma) const;
  [[nodiscard]] double prior_log_density(const Columns& points, std::size_t j) const;
  struct Terms;
  bool add_axes(std::size_t from, std::size_t to, const Columns& points, const Terms& terms, std::size_t j,
                std::size_t begin, double* logs, std::size_t kernels, double least) const;
  [[nodiscard]] Terms terms_of(const Columns& points) const;

  std::vector<Axis> axes_;
  Rules rules_;
  std::vector<TrialId> trials_;  ///< in order; all lists of numbers are as long
  std::vector<Numbers> numbers_;
  std::vector<double> log_scale_;  ///< the sum over the axes
  static constexpr double kStale = -1;
  double clipped_at_ = kStale;  ///< min_sigma, for which the numbers are derived; kStale: they aren't
  bool summed_ = false;
};

}  // namespace winnow::tpe

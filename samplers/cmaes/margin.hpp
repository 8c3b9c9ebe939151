/// The margin of CMA-ES for numbers on a lattice (Hamano, Saito, Nomura and Shirakawa, "CMA-ES with Margin:
/// Lower-Bounding Marginal Probability for Mixed-Integer Black-Box Optimization", GECCO 2022), with the rules of the
/// Python package `cmaes` 0.13 (CMAwM): however narrow the distribution gets, a coordinate keeps at least the
/// probability `margin` of leaving the point that its mean is closest to.
#pragma once

#include <cstdint>
#include <vector>

#include <winnow/samplers/cmaes/strategy.hpp>

namespace winnow::cmaes {

/// A coordinate whose points are 0, 1/(points-1), … 1.
struct Lattice {
  Eigen::Index coordinate;
  std::uint64_t points;  ///< >= 2
};

class Margin {
public:
  Margin(std::vector<Lattice> lattices, Eigen::Index dimensions, int popsize);

  /// For each lattice, which point is meant by `x`, drawn around `mean`: the distance to the mean is stretched first.
  [[nodiscard]] std::vector<std::uint64_t> points(const Eigen::VectorXd& x, const Eigen::VectorXd& mean) const;
  /// After an update: moves the mean, or widens the stretch, where the probability of leaving is below the margin.
  void correct(Strategy& strategy);

  [[nodiscard]] const Eigen::VectorXd& stretch() const { return stretch_; }  ///< one for each lattice

private:
  std::vector<Lattice> lattices_;
  double margin_;
  Eigen::VectorXd stretch_;  ///< A in the paper
};

}  // namespace winnow::cmaes

/// A kernel density over points of mixed coordinates, as BOHB has it from statsmodels' KDEMultivariate: products of a
/// Gaussian kernel for numbers in [0, 1] and Aitchison and Aitken's for choices ("Multivariate Binary Discrimination by
/// the Kernel Method", Biometrika 1976), with the normal reference rule's bandwidths.
#pragma once

#include <vector>

#include <Eigen/Dense>

#include <winnow/core/random.hpp>

namespace winnow::bohb {

/// Of each coordinate how many choices it has; 0: a number.
using Levels = std::vector<int>;

/// 1.06 · deviation · n^(-1/(4 + d)) for each coordinate (a column of `points`; a choice by its index), at least
/// `min_bandwidth`. That of a choice is at most (levels - 1) / levels, with which all choices are alike.
Eigen::VectorXd normal_reference(const Eigen::MatrixXd& points, const Levels& levels, double min_bandwidth);

class Density {
public:
  /// One point a row, at least one.
  Density(Eigen::MatrixXd points, Levels levels, double min_bandwidth);

  [[nodiscard]] double at(const Eigen::VectorXd& x) const;
  /// A point from the neighbourhood of one of the density's own: numbers from a normal distribution that is
  /// `bandwidth_factor` times as wide as the kernel, cut off at 0 and 1; choices stay, or with the probability of their
  /// bandwidth are any of `choices[coordinate]`.
  [[nodiscard]] Eigen::VectorXd draw(double bandwidth_factor, const std::vector<std::vector<int>>& choices,
                                     Rng& rng) const;
  [[nodiscard]] const Eigen::VectorXd& bandwidths() const { return bandwidths_; }

private:
  Eigen::MatrixXd points_;
  Levels levels_;
  Eigen::VectorXd bandwidths_;
  double scale_ = 1;  ///< what makes it integrate to 1
};

}  // namespace winnow::bohb

/// A regressor that also knows where trials run: what it says of a point comes with samples of the values there, given
/// samples of the running trials' values (sequential greedy fantasies: Wilson, Hutter and Deisenroth, "Maximizing
/// Acquisition Functions for Bayesian Optimization", NeurIPS 2018; Optuna's rule since 5.0).
#pragma once

#include <optional>
#include <vector>

#include <winnow/samplers/gp/regressor.hpp>

namespace winnow::gp {

/// Added to variances, so that none is 0.
inline constexpr double kStabilizingNoise = 1e-12;

/// What a surrogate says of one point.
struct Belief {
  double mean = 0;
  double variance = 0;
  Vector with_running{};  ///< posterior covariances with the running trials' values
};
/// The gradient of something by a belief.
struct ByBelief {
  double mean = 0;
  double variance = 0;
  Vector with_running{};
};

class Surrogate {
public:
  /// `normals`: standard normal samples, a row each; a column for each running trial (features in rows of `running`),
  /// and one more for the point. nullopt if the running trials' covariance can't be factored.
  static std::optional<Surrogate> make(Regressor regressor, Matrix running, Matrix normals);

  /// The same as `beliefs` for one row, with what the gradient takes.
  struct Seen {
    Regressor::Seen seen{};
    Vector running_slope{};
    Belief belief{};
  };
  [[nodiscard]] Seen at(const Vector& point) const;
  [[nodiscard]] std::vector<Belief> beliefs(const Matrix& points) const;
  [[nodiscard]] Vector pull(const Seen& seen, const ByBelief& by) const;

  /// A value at the point for each sample.
  [[nodiscard]] Vector samples(const Belief& belief) const;
  /// Adds what a gradient by these samples makes by the belief.
  void pull_samples(const Belief& belief, const Vector& by_samples, ByBelief& by) const;
  /// The running trials' sampled values: a row for each sample.
  [[nodiscard]] const Matrix& fantasies() const { return fantasies_; }
  [[nodiscard]] const Regressor& regressor() const { return regressor_; }

private:
  explicit Surrogate(Regressor regressor) : regressor_(std::move(regressor)) {}
  /// Given the running trials' values: the deviation around each mean.
  [[nodiscard]] double conditional_variance(const Belief& belief) const;

  Regressor regressor_;
  Matrix running_;
  Matrix solved_;  ///< L⁻¹ covariance(points, running)
  Eigen::LLT<Matrix> running_factor_;
  Matrix shifts_;  ///< C⁻¹ (fantasy - mean) of the running trials, a column for each sample
  Matrix fantasies_;
  Vector normals_;  ///< of the point
};

}  // namespace winnow::gp

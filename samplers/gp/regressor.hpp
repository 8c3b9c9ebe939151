/// A Gaussian process of known hyperparameters, given values (Rasmussen and Williams, "Gaussian Processes for Machine
/// Learning", 2006, algorithm 2.1).
#pragma once

#include <Eigen/Cholesky>
#include <optional>
#include <vector>

#include <winnow/samplers/gp/kernel.hpp>

namespace winnow::gp {

/// What is known, without values: shared by the models of several objectives.
struct Inputs {
  Matrix points;              ///< features
  std::vector<Index> owners;  ///< of each feature the parameter
};

/// The lower factor of a covariance matrix, with as little added to its diagonal as it takes (at most 0.01 of it);
/// nullopt if that isn't enough.
std::optional<Eigen::LLT<Matrix>> factored(Matrix covariance);

class Regressor {
public:
  /// nullopt if the points' covariance can't be factored.
  static std::optional<Regressor> make(Inputs inputs, const Vector& values, Hyperparameters hyperparameters);

  /// One point as the process sees it.
  struct Seen {
    Vector point{};
    Vector covariance{};  ///< with the points
    Vector slope{};       ///< d covariance / d squared distance
    Vector solved{};      ///< L⁻¹ covariance
    double mean = 0;
    double variance = 0;  ///< of the function, without noise
  };
  [[nodiscard]] Seen at(const Vector& point) const;
  /// Covariances with the points, of each row: a column each.
  [[nodiscard]] Matrix covariance(const Matrix& points) const;
  [[nodiscard]] Vector mean(const Matrix& covariance) const { return covariance.transpose() * weighted_values_; }
  /// L⁻¹ covariance.
  [[nodiscard]] Matrix solve(Matrix covariance) const;
  /// L⁻ᵀ v.
  [[nodiscard]] Vector solve_back(Vector v) const;
  /// The gradient by the point of whatever has this gradient by its covariances.
  [[nodiscard]] Vector pull(const Seen& seen, const Vector& by_covariance) const;
  /// C⁻¹ values.
  [[nodiscard]] const Vector& weighted_values() const { return weighted_values_; }
  [[nodiscard]] const Hyperparameters& hyperparameters() const { return hyperparameters_; }
  [[nodiscard]] const Inputs& inputs() const { return inputs_; }
  [[nodiscard]] const Vector& weights() const { return weights_; }

private:
  Regressor() = default;

  Inputs inputs_;
  Hyperparameters hyperparameters_;
  Vector weights_;  ///< of the features
  Eigen::LLT<Matrix> factor_;
  Vector weighted_values_;
};

/// As `Regressor::pull`, by covariances with any rows.
Vector pull_from(const Matrix& rows, const Vector& weights, const Vector& point, const Vector& by_squared_distance);

}  // namespace winnow::gp

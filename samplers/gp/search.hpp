/// Where an acquisition function is greatest, over numbers, steps and choices at once, as Optuna's GPSampler searches:
/// from the best of many points that fill the space, from some others of them, drawn by their worth, and from points
/// that are given, each is followed up by gradient ascent in the continuous coordinates and a line search in each other
/// one, in turn, while that gains something.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/samplers/gp/axes.hpp>
#include <winnow/samplers/gp/utility.hpp>

namespace winnow::gp {

/// What is searched: the utility of coordinates.
class Acquisition {
public:
  /// `surrogates`: one for each objective of `known`, then one for each constraint.
  Acquisition(const Axes& axes, std::vector<Surrogate> surrogates, Known known);
  Acquisition(const Acquisition&) = delete;
  Acquisition& operator=(const Acquisition&) = delete;

  [[nodiscard]] const Axes& axes() const { return axes_; }
  [[nodiscard]] Vector values(const Matrix& coordinates) const;
  /// With the gradient by the features.
  [[nodiscard]] double value(const Vector& features, Vector& gradient) const;
  /// The mean over the objectives: what each continuous coordinate is scaled by.
  [[nodiscard]] const Vector& lengthscales() const { return lengthscales_; }

private:
  const Axes& axes_;
  std::vector<Surrogate> surrogates_;
  std::unique_ptr<Utility> utility_;
  Vector lengthscales_;
};

/// Coordinates that meet the linear constraints; nullopt if none were found, or nothing there has a finite utility.
/// `known`: coordinates to begin from as well.
std::optional<Vector> search(const Acquisition& acquisition, const Matrix& known, Rng& rng);

}  // namespace winnow::gp

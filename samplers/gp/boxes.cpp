#include <winnow/samplers/gp/boxes.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace winnow::gp {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostBoxes = 20'000;
constexpr double kLeastWidth = 1e-12;

/// A corner of what the points seen so far leave free below them (minimised), and in row k the point that bounds it in
/// coordinate k.
struct Corner {
  Vector at;
  Matrix bounded_by;

  [[nodiscard]] bool above(const Vector& point) const { return (point.array() < at.array()).all(); }
  /// The corner with `point` as bound in coordinate j.
  [[nodiscard]] Corner moved(const Vector& point, Index j) const {
    Corner corner = *this;
    corner.at[j] = point[j];
    corner.bounded_by.row(j) = point.transpose();
    return corner;
  }
  /// Whether the point lies beyond the corner's other bounds in coordinate j. Points come sorted by the first one.
  [[nodiscard]] bool beyond(const Vector& point, Index j) const {
    if (j == 0) return true;
    for (Index k = 0; k < at.size(); ++k) {
      if (k != j && point[j] < bounded_by(k, j)) return false;
    }
    return true;
  }
};

bool lexicographic(const Vector& a, const Vector& b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

/// Points are minimised, none dominates another.
std::vector<Corner> corners(std::vector<Vector> points, const Vector& reference) {
  const Index m = reference.size();
  std::sort(points.begin(), points.end(), lexicographic);
  Matrix dummies = Matrix::Constant(m, m, -kInfinity);
  dummies.diagonal() = reference;
  std::vector<Corner> corners{{reference, dummies}};
  for (const Vector& point : points) {
    if (corners.size() > kMostBoxes) break;
    std::vector<Corner> next;
    for (Corner& corner : corners) {
      if (!corner.above(point)) {
        next.push_back(std::move(corner));
        continue;
      }
      for (Index j = 0; j < m; ++j) {
        if (corner.beyond(point, j)) next.push_back(corner.moved(point, j));
      }
    }
    corners = std::move(next);
  }
  return corners;
}

bool dominates(const Matrix& values, Index a, Index b) {
  return (values.row(a).array() >= values.row(b).array()).all();
}

Matrix stacked(const std::vector<Vector>& rows, Index columns) {
  Matrix stack(static_cast<Index>(rows.size()), columns);
  for (Index i = 0; i < stack.rows(); ++i) stack.row(i) = rows[static_cast<std::size_t>(i)].transpose();
  return stack;
}

/// The rows of the front, to be minimised.
std::vector<Vector> front_losses(const Matrix& values) {
  std::vector<Vector> losses;
  for (const Index i : front(values)) losses.emplace_back(-values.row(i).transpose());
  return losses;
}

}  // namespace

std::vector<Index> front(const Matrix& values) {
  std::vector<Index> kept;
  for (Index i = 0; i < values.rows(); ++i) {
    bool beaten = false;
    for (Index other = 0; other < values.rows() && !beaten; ++other) {
      beaten = other != i && dominates(values, other, i) && (other < i || !dominates(values, i, other));
    }
    if (!beaten) kept.push_back(i);
  }
  return kept;
}

Vector reference_point(const Matrix& values) {
  const Vector worst = -values.colwise().minCoeff().transpose();
  const Vector loss = (1.1 * worst).cwiseMax(0.9 * worst);
  return loss.unaryExpr([](double x) { return -std::nextafter(x, kInfinity); });
}

Boxes free_boxes(const Matrix& values, const Vector& reference) {
  const Index m = reference.size();
  std::vector<Vector> losses = front_losses(values);
  std::erase_if(losses, [&](const Vector& loss) { return (loss.array() >= -reference.array()).any(); });
  // The corners that the front leaves are a front themselves, seen from the other side: what that one leaves free are
  // the boxes.
  std::vector<Vector> seen;
  for (const Corner& corner : corners(std::move(losses), -reference)) seen.push_back(corner.at);
  std::vector<Vector> low, width;
  for (const Corner& corner : corners(front_losses(stacked(seen, m)), Vector::Constant(m, kInfinity))) {
    Vector from(m), to(m);
    from[0] = corner.bounded_by(0, 0);
    to[0] = kInfinity;
    for (Index j = 1; j < m; ++j) {
      from[j] = corner.bounded_by.col(j).head(j).maxCoeff();
      to[j] = corner.at[j];
    }
    if ((to.array() <= from.array()).any()) continue;
    low.push_back(from);
    width.emplace_back((to - from).cwiseMax(kLeastWidth));
  }
  return {stacked(low, m), stacked(width, m)};
}

}  // namespace winnow::gp

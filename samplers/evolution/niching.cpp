#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <winnow/samplers/evolution/fronts.hpp>

namespace winnow::evolution {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

constexpr double kMargin = 3;     // of the range, for infinite losses
constexpr double kOffAxis = 1e6;  // weight of the other objectives in the achievement function

/// One row each; infinite ones are pulled in.
Matrix finite_losses(const std::vector<Fitness>& pool, const std::vector<std::size_t>& some) {
  Matrix losses(static_cast<Eigen::Index>(some.size()), static_cast<Eigen::Index>(pool[some[0]].losses.size()));
  for (Eigen::Index i = 0; i < losses.rows(); ++i) {
    for (Eigen::Index k = 0; k < losses.cols(); ++k) {
      losses(i, k) = pool[some[static_cast<std::size_t>(i)]].losses[static_cast<std::size_t>(k)];
    }
  }
  for (auto column : losses.colwise()) {
    double least = std::numeric_limits<double>::infinity();
    double most = -least;
    for (const double x : column) {
      if (!std::isfinite(x)) continue;
      least = std::min(least, x);
      most = std::max(most, x);
    }
    if (least > most) least = most = 0;  // none is finite
    const double margin = kMargin * (most - least);
    for (double& x : column) x = std::clamp(x, least - margin, most + margin);
  }
  return losses;
}

/// The points that come closest to the axes, one row each.
Matrix extreme_points(const Matrix& losses) {
  Matrix extremes(losses.cols(), losses.cols());
  for (Eigen::Index axis = 0; axis < losses.cols(); ++axis) {
    Vector weights = Vector::Constant(losses.cols(), kOffAxis);
    weights[axis] = 1;
    Eigen::Index best = 0;
    (losses * weights.asDiagonal()).rowwise().maxCoeff().minCoeff(&best);
    extremes.row(axis) = losses.row(best);
  }
  return extremes;
}

bool has_full_rank(const Matrix& square) {
  if (!square.allFinite()) return false;
  const Vector singular = Eigen::JacobiSVD<Matrix>(square).singularValues();
  const double least = singular[0] * static_cast<double>(square.rows()) * std::numeric_limits<double>::epsilon();
  return (singular.array() > least).all();
}

/// From the ideal point on, in terms of where the plane through the extreme points meets the axes.
Matrix normalised(Matrix losses) {
  losses.rowwise() -= losses.colwise().minCoeff().eval();
  const Matrix extremes = extreme_points(losses);
  Vector factors(losses.cols());
  if (has_full_rank(extremes)) {
    factors = extremes.partialPivLu().solve(Vector::Ones(losses.cols()));
  } else {
    factors = losses.colwise().maxCoeff().transpose();
    for (double& factor : factors) factor = 1 / (factor == 0 ? 1 : factor);
  }
  for (double& factor : factors) factor = std::isfinite(factor) ? factor : 1;
  return losses * factors.asDiagonal();
}

struct Niche {
  std::size_t line = 0;
  double distance = 0;
};

/// The closest of the lines from the origin through the reference points, for each row.
std::vector<Niche> niches(const Matrix& losses, const std::vector<Losses>& reference) {
  std::vector<Niche> niches(static_cast<std::size_t>(losses.rows()), {0, std::numeric_limits<double>::infinity()});
  for (std::size_t line = 0; line < reference.size(); ++line) {
    const Vector to = Eigen::Map<const Vector>(reference[line].data(), losses.cols());
    for (std::size_t i = 0; i < niches.size(); ++i) {
      const Vector loss = losses.row(static_cast<Eigen::Index>(i)).transpose();
      const double distance = (loss - loss.dot(to) / to.squaredNorm() * to).norm();
      if (distance < niches[i].distance) niches[i] = {line, distance};
    }
  }
  return niches;
}

/// Those of the last front whose niche is the same, with their distances.
struct Waiting {
  std::vector<std::pair<double, std::size_t>> members;
  bool is_shuffled = false;
};

/// Takes from the niches with the fewest survivors first: the closest, where there is none so far, else any.
class Filling {
public:
  Filling(const std::vector<Niche>& niches, std::size_t sure) {
    std::map<std::size_t, std::size_t> counts;
    for (std::size_t i = 0; i < sure; ++i) ++counts[niches[i].line];
    for (std::size_t i = sure; i < niches.size(); ++i) {
      auto [waiting, is_new] = waiting_.try_emplace(niches[i].line);
      if (is_new) by_count_[counts[niches[i].line]].push_back(niches[i].line);
      waiting->second.members.emplace_back(niches[i].distance, i - sure);
    }
  }

  /// `count` of those that wait, of whom there must be as many.
  std::vector<std::size_t> take(std::size_t count, Chance& chance) {
    std::vector<std::size_t> taken;
    for (std::size_t survivors = 0; taken.size() < count; ++survivors) {
      auto& lines = by_count_[survivors];
      chance.shuffle(lines);
      for (; taken.size() < count && !lines.empty();) {
        const std::size_t line = lines.back();
        lines.pop_back();
        taken.push_back(next(waiting_[line], survivors, chance));
        if (!waiting_[line].members.empty()) by_count_[survivors + 1].push_back(line);
      }
    }
    return taken;
  }

private:
  static std::size_t next(Waiting& waiting, std::size_t survivors, Chance& chance) {
    auto& members = waiting.members;
    if (survivors == 0) {
      std::sort(members.rbegin(), members.rend());
    } else if (!waiting.is_shuffled) {
      chance.shuffle(members);
      waiting.is_shuffled = true;
    }
    const std::size_t member = members.back().second;
    members.pop_back();
    return member;
  }

  std::map<std::size_t, Waiting> waiting_;                    ///< by reference line
  std::map<std::size_t, std::vector<std::size_t>> by_count_;  ///< lines with some who wait, by survivors
};

}  // namespace

std::vector<Losses> reference_points(std::size_t objectives, int divisions) {
  std::vector<Losses> points;
  Losses point(objectives);
  const auto fill = [&](const auto& self, std::size_t axis, int rest) -> void {
    if (axis + 1 == objectives) {
      point[axis] = rest;
      points.push_back(point);
      return;
    }
    for (int here = rest; here >= 0; --here) {
      point[axis] = here;
      self(self, axis + 1, rest - here);
    }
  };
  if (objectives > 0) fill(fill, 0, divisions);
  return points;
}

std::vector<std::size_t> select_by_niches(const std::vector<Fitness>& pool, std::size_t size,
                                          const std::vector<Losses>& reference, Chance& chance) {
  auto [chosen, last] = survivors(pool, size);
  if (last.empty()) return chosen;
  std::vector<std::size_t> all = chosen;
  all.insert(all.end(), last.begin(), last.end());
  Filling filling(niches(normalised(finite_losses(pool, all)), reference), chosen.size());
  for (const std::size_t place : filling.take(size - chosen.size(), chance)) chosen.push_back(last[place]);
  return chosen;
}

}  // namespace winnow::evolution

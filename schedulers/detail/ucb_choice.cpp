#include <winnow/schedulers/detail/ucb_choice.hpp>

#include <algorithm>
#include <cmath>

namespace winnow {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr Index kFitted = 200;  ///< of the latest changes, for the kernel: the cost grows with their number's cube
constexpr int kAnywhere = 256;  ///< candidates
constexpr int kNearby = 32;     ///< each time
constexpr double kWidest = 0.25, kNarrowest = 0.002;
constexpr double kTiny = 1e-8;  ///< against division by zero, as in Ray Tune

/// From the least to the greatest as 0 to 1; returns what becomes of `one`.
double normalise(Eigen::Ref<VectorXd> numbers, double one) {
  const double low = numbers.minCoeff();
  const double apart = numbers.maxCoeff() - low + kTiny;
  numbers = (numbers.array() - low) / apart;
  return (one - low) / apart;
}

/// Mean 0, standard deviation 1, cut off at two of these.
VectorXd standardised(const VectorXd& values) {
  const VectorXd centred = values.array() - values.mean();
  const double deviation = std::sqrt(centred.squaredNorm() / static_cast<double>(values.size()));
  return (centred / (deviation + kTiny)).cwiseMax(-2).cwiseMin(2);
}

MatrixXd under(const MatrixXd& above, const MatrixXd& below) {
  MatrixXd both(above.rows() + below.rows(), above.cols());
  both << above, below;
  return both;
}

}  // namespace

double ucb_kappa(Index n) {
  return std::sqrt(0.2 + std::max(0.0, std::log(0.4 * static_cast<double>(n))));
}

UcbChoice::UcbChoice(const ScoreChanges& data, const ScoreChanges::Change& state) {
  const auto n = static_cast<Index>(data.changes().size());
  const auto dimensions = static_cast<Index>(data.changes().front().at.size());
  MatrixXd points(n, 2 + dimensions);
  VectorXd rates(n);
  Index row = 0;
  for (const auto& change : data.changes()) {
    points.row(row)[0] = change.time;
    points.row(row)[1] = change.before;
    for (Index d = 0; d < dimensions; ++d) points(row, 2 + d) = change.at[static_cast<std::size_t>(d)];
    rates[row++] = change.rate;
  }
  time_ = normalise(points.col(0), state.time);
  before_ = normalise(points.col(1), state.before);
  rates = standardised(rates);
  const Index fitted = std::min(n, kFitted);
  const auto [kernel, noise] = fit_time_varying(points.bottomRows(fitted), rates.tail(fitted));
  kappa_ = ucb_kappa(n);
  seen_.emplace(points, rates, kernel, noise);
  if (data.pending().empty()) return;
  const MatrixXd all = under(points, rows_of(data.pending()));
  with_pending_.emplace(all, VectorXd::Zero(all.rows()), kernel, noise);
}

MatrixXd UcbChoice::rows_of(const std::vector<Point>& points) const {
  const auto dimensions = static_cast<Index>(points.front().size());
  MatrixXd rows(static_cast<Index>(points.size()), 2 + dimensions);
  rows.col(0).setConstant(time_);
  rows.col(1).setConstant(before_);
  for (Index row = 0; row < rows.rows(); ++row) {
    for (Index d = 0; d < dimensions; ++d) {
      rows(row, 2 + d) = points[static_cast<std::size_t>(row)][static_cast<std::size_t>(d)];
    }
  }
  return rows;
}

VectorXd UcbChoice::bounds(const std::vector<Point>& points) const {
  const MatrixXd rows = rows_of(points);
  return seen_->mean(rows) + kappa_ * (with_pending_ ? *with_pending_ : *seen_).variance(rows);
}

std::optional<UcbChoice::Point> UcbChoice::best(const Point& first, const Settle& settle, Rng& rng) const {
  std::optional<Point> best;
  double greatest = 0;
  std::vector<Point> candidates;
  const auto propose = [&](const Point& point) {
    if (auto settled = settle(point)) candidates.push_back(std::move(*settled));
  };
  const auto choose = [&] {
    if (candidates.empty()) return;
    Index at = 0;
    const double found = bounds(candidates).maxCoeff(&at);
    if (!best || found > greatest) {
      greatest = found;
      best = candidates[static_cast<std::size_t>(at)];
    }
    candidates.clear();
  };
  propose(first);
  for (int i = 0; i < kAnywhere; ++i) {
    Point point(first.size());
    for (double& place : point) place = uniform01(rng);
    propose(point);
  }
  choose();
  for (double width = kWidest; best && width > kNarrowest; width /= 2) {
    for (int i = 0; i < kNearby; ++i) {
      Point point = *best;
      for (double& place : point) place = std::clamp(place + width * (2 * uniform01(rng) - 1), 0.0, 1.0);
      propose(point);
    }
    choose();
  }
  return best;
}

}  // namespace winnow

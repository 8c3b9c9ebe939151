#include <winnow/samplers/gp/search.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <winnow/samplers/gp/minimise.hpp>
#include <winnow/samplers/gp/samples.hpp>

namespace winnow::gp {
namespace {

constexpr Index kCandidates = 512;
constexpr int kMostRounds = 8;  ///< of drawing them, where linear constraints leave few
constexpr Index kStarts = 4;    ///< local searches, those from known points besides
constexpr int kMostTurns = 20;
constexpr int kMostSteps = 50;
constexpr double kTolerance = 1e-2;
constexpr std::size_t kExhaustive = 16;  ///< a line of no more values is looked at as a whole

struct Place {
  Vector coordinates;
  double worth;
};

double finite_or_least(double x) {
  return std::isnan(x) ? -std::numeric_limits<double>::infinity() : x;
}

Matrix candidates(const Axes& axes, Rng& rng) {
  std::vector<Vector> kept;
  for (int round = 0; round < kMostRounds && std::ssize(kept) < kCandidates; ++round) {
    const Matrix unit = unit_samples(kCandidates, axes.size(), rng);
    for (Index i = 0; i < unit.rows() && std::ssize(kept) < kCandidates; ++i) {
      Vector settled = axes.settled(unit.row(i));
      if (axes.feasible(settled)) kept.push_back(std::move(settled));
    }
  }
  Matrix rows(std::ssize(kept), axes.size());
  for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = kept[static_cast<std::size_t>(i)].transpose();
  return rows;
}

/// The best, and others by roulette: the chance of each is as its utility, not the logarithm. None twice.
std::vector<Index> chosen(const Vector& worth, Index count, Rng& rng) {
  Index best = 0;
  const double top = worth.maxCoeff(&best);
  std::vector<Index> chosen{best};
  Vector chances = (worth.array() - top).exp();
  chances[best] = 0;
  while (std::ssize(chosen) < count) {
    double left = uniform01(rng) * chances.sum();
    Index next = -1;
    for (Index i = 0; i < chances.size(); ++i) {
      if (chances[i] <= 0) continue;
      next = i;
      left -= chances[i];
      if (left < 0) break;
    }
    if (next < 0) break;
    chosen.push_back(next);
    chances[next] = 0;
  }
  return chosen;
}

class LocalSearch {
public:
  LocalSearch(const Acquisition& acquisition, Place from)
      : acquisition_(acquisition), axes_(acquisition.axes()), here_(std::move(from)) {}

  Place run() {
    const auto discrete = static_cast<std::size_t>(
        std::count_if(axes_.all().begin(), axes_.all().end(), [](const Axis& axis) { return !axis.continuous(); }));
    for (int turn = 0; turn < kMostTurns; ++turn) {
      ascend();
      bool moved = false;
      for (Index i = 0; discrete > 0 && i < axes_.size(); ++i) {
        if (!axes_.all()[static_cast<std::size_t>(i)].continuous() && !std::isnan(here_.coordinates[i]))
          moved = along(i) || moved;
      }
      if (!moved) break;
    }
    return std::move(here_);
  }

private:
  /// Gradient ascent in all continuous coordinates that are there, each in units of its lengthscale.
  void ascend() {
    std::vector<Index> free;
    for (Index i = 0; i < axes_.size(); ++i) {
      if (axes_.all()[static_cast<std::size_t>(i)].continuous() && !std::isnan(here_.coordinates[i])) free.push_back(i);
    }
    if (free.empty()) return;
    const auto count = static_cast<Index>(free.size());
    Vector units(count), start(count), features = axes_.features(here_.coordinates), by_features;
    for (Index k = 0; k < count; ++k) {
      const Index i = free[static_cast<std::size_t>(k)];
      units[k] = acquisition_.lengthscales()[i];
      start[k] = here_.coordinates[i] / units[k];
    }
    const auto feature = [&](Index k) {
      return axes_.all()[static_cast<std::size_t>(free[static_cast<std::size_t>(k)])].feature;
    };
    const auto descent = [&](const Vector& x, Vector& gradient) {
      for (Index k = 0; k < count; ++k) features[feature(k)] = x[k] * units[k];
      const double value = acquisition_.value(features, by_features);
      gradient.resize(count);
      for (Index k = 0; k < count; ++k) gradient[k] = -by_features[feature(k)] * units[k];
      return -value;
    };
    const Box box{Vector::Zero(count), units.cwiseInverse()};
    const Minimum found = minimise(descent, start, box, kTolerance, kMostSteps);
    Vector coordinates = here_.coordinates;
    for (Index k = 0; k < count; ++k) {
      coordinates[free[static_cast<std::size_t>(k)]] = std::clamp(found.x[k] * units[k], 0.0, 1.0);
    }
    if (-found.value > here_.worth) step_to(coordinates, -found.value);
  }

  /// There, or where linear constraints are in between, as far as they let.
  void step_to(const Vector& there, double worth) {
    if (axes_.feasible(there)) {
      here_ = {there, worth};
      return;
    }
    Vector inside = here_.coordinates, outside = there;
    for (int halving = 0; halving < 20; ++halving) {
      const Vector middle = (inside + outside) / 2;
      (axes_.feasible(middle) ? inside : outside) = middle;
    }
    move_to({inside});
  }

  /// To the best of these, if it is better. True if it was.
  bool move_to(const std::vector<Vector>& places) {
    std::vector<Vector> allowed;
    for (const Vector& place : places) {
      if (axes_.feasible(place)) allowed.push_back(place);
    }
    if (allowed.empty()) return false;
    Matrix rows(std::ssize(allowed), axes_.size());
    for (Index i = 0; i < rows.rows(); ++i) rows.row(i) = allowed[static_cast<std::size_t>(i)].transpose();
    Index best = 0;
    const double worth = acquisition_.values(rows).maxCoeff(&best);
    if (!(worth > here_.worth)) return false;
    here_ = {rows.row(best).transpose(), worth};
    return true;
  }

  /// All values of one axis, or, of many, every nth around here, n falling to 1.
  bool along(Index i) {
    const std::vector<double>& steps = axes_.all()[static_cast<std::size_t>(i)].steps;
    const bool whole = steps.size() <= kExhaustive || axes_.all()[static_cast<std::size_t>(i)].categorical();
    bool moved = false;
    for (auto stride = whole ? 1 : std::ssize(steps) / 16; stride > 0; stride /= 4) {
      const auto here = std::lower_bound(steps.begin(), steps.end(), here_.coordinates[i]) - steps.begin();
      const auto reach = whole ? std::ssize(steps) : stride == std::ssize(steps) / 16 ? 16 : 4;
      std::vector<Vector> places;
      for (auto k = -reach; k <= reach; ++k) {
        const auto at = here + k * stride;
        if (k == 0 || at < 0 || at >= std::ssize(steps)) continue;
        places.push_back(here_.coordinates);
        places.back()[i] = steps[static_cast<std::size_t>(at)];
        places.back() = axes_.with_presence(std::move(places.back()));
      }
      moved = move_to(places) || moved;
    }
    return moved;
  }

  const Acquisition& acquisition_;
  const Axes& axes_;
  Place here_;
};

}  // namespace

Acquisition::Acquisition(const Axes& axes, std::vector<Surrogate> surrogates, Known known)
    : axes_(axes), surrogates_(std::move(surrogates)) {
  const Index objectives = known.values.cols();
  lengthscales_ = Vector::Zero(axes.size());
  for (Index j = 0; j < objectives; ++j) {
    const auto& of = surrogates_[static_cast<std::size_t>(j)].regressor().hyperparameters();
    lengthscales_ += of.inverse_squared_lengthscales.cwiseSqrt().cwiseInverse() / static_cast<double>(objectives);
  }
  utility_ = make_utility(surrogates_, std::move(known));
}

Vector Acquisition::values(const Matrix& coordinates) const {
  const Matrix features = axes_.features(coordinates);
  std::vector<std::vector<Belief>> of;
  for (const Surrogate& surrogate : surrogates_) of.push_back(surrogate.beliefs(features));
  Vector values(coordinates.rows());
  std::vector<Belief> beliefs(surrogates_.size());
  for (Index i = 0; i < values.size(); ++i) {
    for (std::size_t k = 0; k < beliefs.size(); ++k) beliefs[k] = std::move(of[k][static_cast<std::size_t>(i)]);
    values[i] = finite_or_least((*utility_)(beliefs, nullptr));
  }
  return values;
}

double Acquisition::value(const Vector& features, Vector& gradient) const {
  std::vector<Surrogate::Seen> seen;
  std::vector<Belief> beliefs;
  std::vector<ByBelief> by;
  for (const Surrogate& surrogate : surrogates_) {
    seen.push_back(surrogate.at(features));
    beliefs.push_back(seen.back().belief);
    by.push_back({.with_running = Vector::Zero(beliefs.back().with_running.size())});
  }
  const double value = (*utility_)(beliefs, &by);
  gradient = Vector::Zero(features.size());
  for (std::size_t k = 0; k < seen.size(); ++k) gradient += surrogates_[k].pull(seen[k], by[k]);
  return value;
}

std::optional<Vector> search(const Acquisition& acquisition, const Matrix& known, Rng& rng) {
  const Matrix points = candidates(acquisition.axes(), rng);
  if (points.rows() == 0) return std::nullopt;
  const Vector worth = acquisition.values(points);
  if (!std::isfinite(worth.maxCoeff())) return std::nullopt;
  std::vector<Place> starts;
  for (const Index i : chosen(worth, kStarts, rng)) starts.push_back({points.row(i), worth[i]});
  if (known.rows() > 0) {
    const Vector there = acquisition.values(known);
    for (Index i = 0; i < known.rows(); ++i) starts.push_back({known.row(i), there[i]});
  }
  std::optional<Place> best;
  for (Place& start : starts) {
    Place found = LocalSearch(acquisition, std::move(start)).run();
    if (!best || found.worth > best->worth) best = std::move(found);
  }
  return best->coordinates;
}

}  // namespace winnow::gp

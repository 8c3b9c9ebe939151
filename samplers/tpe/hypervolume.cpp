#include <winnow/samplers/tpe/hypervolume.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace winnow::tpe {
namespace {

bool covers(const Losses& a, const Losses& b) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
  }
  return true;
}

/// What a single point dominates.
double box(const Losses& point, const Losses& reference) {
  double volume = 1;
  for (std::size_t i = 0; i < point.size(); ++i) volume *= reference[i] - point[i];
  return volume;
}

/// In order, without those that another covers.
std::vector<Losses> front_of(std::vector<Losses> points) {
  std::sort(points.begin(), points.end());
  std::vector<Losses> front;
  for (Losses& point : points) {
    const bool covered = std::any_of(front.begin(), front.end(), [&](const Losses& p) { return covers(p, point); });
    if (!covered) front.push_back(std::move(point));
  }
  return front;
}

double area(const std::vector<Losses>& front, const Losses& reference) {
  double sum = 0;
  double ceiling = reference[1];
  for (const Losses& point : front) {
    sum += (reference[0] - point[0]) * (ceiling - point[1]);
    ceiling = point[1];
  }
  return sum;
}

double of_front(const std::vector<Losses>& front, const Losses& reference);

/// What `point` dominates and none of the others, from `begin` on.
double exclusive(const Losses& point, const std::vector<Losses>& others, std::size_t begin, const Losses& reference) {
  std::vector<Losses> shared;
  for (std::size_t k = begin; k < others.size(); ++k) {
    Losses both = others[k];
    for (std::size_t i = 0; i < both.size(); ++i) both[i] = std::max(both[i], point[i]);
    shared.push_back(std::move(both));
  }
  return box(point, reference) - of_front(front_of(std::move(shared)), reference);
}

double of_front(const std::vector<Losses>& front, const Losses& reference) {
  if (reference.size() == 2) return area(front, reference);
  double sum = 0;
  for (std::size_t i = 0; i < front.size(); ++i) sum += exclusive(front[i], front, i + 1, reference);
  return sum;
}

/// Upper bounds of what each point would add: they only sink while points are chosen, so that few are computed again.
class Contributions {
public:
  Contributions(const std::vector<Losses>& points, const Losses& reference)
      : points_(points), reference_(reference), bound_(points.size()), fresh_(points.size(), true) {
    for (std::size_t i = 0; i < points.size(); ++i) bound_[i] = box(points[i], reference);
  }

  std::size_t take_best() {
    while (true) {
      const std::size_t best = greatest();
      if (fresh_[best]) {
        take(best);
        return best;
      }
      if (std::isfinite(bound_[best])) bound_[best] = exclusive(points_[best], chosen_, 0, reference_);
      fresh_[best] = true;
    }
  }

private:
  static constexpr double kUnbounded = std::numeric_limits<double>::infinity();
  static constexpr double kTaken = -kUnbounded;

  [[nodiscard]] std::size_t greatest() const {
    return static_cast<std::size_t>(std::max_element(bound_.begin(), bound_.end()) - bound_.begin());
  }
  void take(std::size_t i) {
    const bool endless = std::isinf(bound_[i]);
    chosen_.push_back(points_[i]);
    bound_[i] = kTaken;
    for (std::size_t k = 0; k < bound_.size(); ++k) {
      if (bound_[k] == kTaken) continue;
      if (endless) bound_[k] = kUnbounded;  // beside what has no bounds all add as much
      fresh_[k] = false;
    }
    fresh_[i] = true;
  }

  const std::vector<Losses>& points_;
  const Losses& reference_;
  std::vector<double> bound_;
  std::vector<bool> fresh_;
  std::vector<Losses> chosen_;
};

/// Of two losses, points of a front in order: each adds a rectangle, up to the nearest chosen ones on either side.
std::vector<std::size_t> subset_of_two(const std::vector<Losses>& points, std::size_t size, const Losses& reference) {
  std::vector<Losses> corners(points.size(), reference);
  std::vector<bool> taken(points.size(), false);
  std::vector<std::size_t> chosen;
  while (chosen.size() < size) {
    std::size_t best = points.size();
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (taken[i]) continue;
      if (best == points.size() || box(points[i], corners[i]) > box(points[best], corners[best])) best = i;
    }
    taken[best] = true;
    chosen.push_back(best);
    for (std::size_t i = 0; i < best; ++i) corners[i][0] = std::min(corners[i][0], points[best][0]);
    for (std::size_t i = best; i < points.size(); ++i) corners[i][1] = std::min(corners[i][1], points[best][1]);
  }
  return chosen;
}

}  // namespace

double hypervolume(std::vector<Losses> points, const Losses& reference) {
  const std::vector<Losses> front = front_of(std::move(points));
  if (front.empty()) return 0;
  if (reference.size() == 1) return reference[0] - front[0][0];
  return of_front(front, reference);
}

std::vector<std::size_t> hypervolume_subset(const std::vector<Losses>& points, std::size_t size,
                                            const Losses& reference) {
  std::vector<std::size_t> chosen;
  const bool bounded = std::all_of(reference.begin(), reference.end(), [](double r) { return std::isfinite(r); });
  if (!bounded) {
    chosen.resize(size);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    return chosen;
  }
  if (reference.size() == 2) return subset_of_two(points, size, reference);
  Contributions contributions(points, reference);
  while (chosen.size() < size) chosen.push_back(contributions.take_best());
  return chosen;
}

}  // namespace winnow::tpe

#include <winnow/samplers/dehb/populations.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace winnow::dehb {
namespace {

bool is_evaluated(const Member& member) {
  return member.loss < std::numeric_limits<double>::infinity();
}

std::vector<const Member*> by_loss(const Population& population) {
  std::vector<const Member*> members;
  for (const Member& member : population) members.push_back(&member);
  std::stable_sort(members.begin(), members.end(),
                   [](const Member* one, const Member* other) { return one->loss < other->loss; });
  return members;
}

}  // namespace

void Populations::seed(std::size_t level, std::size_t index, Point point) {
  Member& member = levels_[level][index];
  if (!is_evaluated(member)) member.point = std::move(point);
}

void Populations::challenge(std::size_t level, std::size_t index, Point rival, double loss) {
  Member& member = levels_[level][index];
  if (loss <= member.loss) member = {std::move(rival), loss};
}

std::vector<Point> Populations::best(std::size_t level, std::size_t count) const {
  std::vector<Point> points;
  for (const Member* member : by_loss(levels_[level])) {
    if (points.size() == count) break;
    points.push_back(member->point);
  }
  return points;
}

std::vector<Point> Populations::all() const {
  std::vector<Point> points;
  for (const Population& population : levels_) {
    for (const Member& member : population) points.push_back(member.point);
  }
  return points;
}

std::optional<Point> Populations::to_promote(std::size_t level, const std::vector<Point>& taken) const {
  const Population& here = levels_[level];
  std::optional<Point> best;
  for (const Member* candidate : by_loss(levels_[level - 1])) {
    if (!is_evaluated(*candidate)) break;
    if (!best) best = candidate->point;
    const bool is_here =
        std::any_of(here.begin(), here.end(), [&](const Member& member) { return member.point == candidate->point; });
    if (!is_here && std::find(taken.begin(), taken.end(), candidate->point) == taken.end()) return candidate->point;
  }
  return best;
}

}  // namespace winnow::dehb

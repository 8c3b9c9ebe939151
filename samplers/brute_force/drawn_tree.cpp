#include <algorithm>
#include <optional>
#include <winnow/samplers/brute_force/drawn_tree.hpp>
#include <winnow/space/draw.hpp>

namespace winnow::brute_force {

/// The unsigned differences wrap around, and back.
void DrawnTree::count(Place* at, std::uint64_t ends, std::uint64_t free_ends) {
  const std::uint64_t more = ends - at->ends;
  const std::uint64_t more_free = free_ends - at->free_ends;
  for (; at != nullptr; at = at->parent) {
    at->ends += more;
    at->free_ends += more_free;
  }
}

void DrawnTree::stand(Place* at, int change) {
  at->running += change;
  if (at->kind == Place::Kind::open) count(at, 1, at->running > 0 ? 0 : 1);
}

DrawnTree::Place* DrawnTree::enter() {
  stand(root_.get(), 1);
  return root_.get();
}

DrawnTree::Place* DrawnTree::go(Place* from, std::string_view name, const Domain& domain, const Value& value) {
  stand(from, -1);
  auto points = grid_points(domain);
  if (!points) return nullptr;
  if (from->kind == Place::Kind::inner && (from->name != name || from->points != *points)) return nullptr;
  const auto it = std::find(points->begin(), points->end(), value);
  if (it == points->end()) return nullptr;
  const auto edge = static_cast<std::size_t>(it - points->begin());
  if (from->kind != Place::Kind::inner) {
    from->kind = Place::Kind::inner;
    from->name = name;
    from->points = std::move(*points);
    count(from, from->points.size(), from->points.size());
  }
  auto& to = from->to[edge];
  if (!to) {
    to = std::make_unique<Place>();
    to->parent = from;
  }
  stand(to.get(), 1);
  return to.get();
}

void DrawnTree::leave(Place* from) {
  stand(from, -1);
  if (from->kind != Place::Kind::open) return;
  from->kind = Place::Kind::closed;
  count(from, 0, 0);
}

std::vector<double> DrawnTree::weights(const Place& at, std::string_view name, const std::vector<Value>& points,
                                       bool free_only) {
  std::vector<double> ends(points.size(), 1);
  if (at.kind == Place::Kind::inner) {
    if (at.name != name || at.points != points) return {};
    for (const auto& [edge, to] : at.to) ends[edge] = static_cast<double>(free_only ? to->free_ends : to->ends);
  }
  double all = 0;
  double edges = 0;
  for (const double count : ends) {
    all += count;
    edges += count > 0 ? 1 : 0;
  }
  std::vector<double> weights(ends.size(), 1);
  if (all > 0) {
    for (std::size_t i = 0; i < ends.size(); ++i) weights[i] = ends[i] > 0 ? 0.5 * ends[i] / all + 0.5 / edges : 0;
    std::vector<double> quiet = weights;
    for (const auto& [edge, to] : at.to) quiet[edge] = to->running > 0 ? 0 : quiet[edge];
    if (std::any_of(quiet.begin(), quiet.end(), [](double weight) { return weight > 0; })) weights = std::move(quiet);
  }
  return weights;
}

}  // namespace winnow::brute_force

#include <algorithm>
#include <limits>
#include <numeric>
#include <winnow/samplers/evolution/fronts.hpp>

namespace winnow::evolution {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Adds one objective's part; `order` is sorted by it, and stays so, as ties of the next one are broken by it.
void add_distances(const std::vector<Losses>& losses, std::size_t objective, std::vector<std::size_t>& order,
                   std::vector<double>& distances) {
  const auto value = [&](std::size_t place) { return losses[order[place]][objective]; };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return losses[a][objective] < losses[b][objective]; });
  const std::size_t n = order.size();
  if (value(0) == value(n - 1)) return;
  std::vector<double> values{-kInfinite};
  for (std::size_t i = 0; i < n; ++i) values.push_back(value(i));
  values.push_back(kInfinite);
  const double least = *std::find_if(values.begin(), values.end(), [](double x) { return x != -kInfinite; });
  const double most = *std::find_if(values.rbegin(), values.rend(), [](double x) { return x != kInfinite; });
  const double width = most - least > 0 ? most - least : 1;
  for (std::size_t i = 0; i < n; ++i) {
    distances[order[i]] += (values[i] == values[i + 2] ? 0 : values[i + 2] - values[i]) / width;
  }
}

std::vector<double> distances_and_order(const std::vector<Losses>& losses, std::vector<std::size_t>& order) {
  order.resize(losses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<double> distances(losses.size());
  if (losses.empty()) return distances;
  for (std::size_t i = 0; i < losses[0].size(); ++i) add_distances(losses, i, order, distances);
  return distances;
}

}  // namespace

bool beats(const Fitness& a, const Fitness& b) {
  if (a.penalty > 0 || b.penalty > 0) return a.penalty < b.penalty;
  return dominates(a.losses, b.losses);
}

std::vector<double> crowding_distances(const std::vector<Losses>& losses) {
  std::vector<std::size_t> order;
  return distances_and_order(losses, order);
}

std::vector<std::size_t> select_by_crowding(const std::vector<Fitness>& pool, std::size_t size) {
  auto [chosen, last] = survivors(pool, size);
  std::vector<Losses> losses;
  for (const std::size_t i : last) losses.push_back(pool[i].losses);
  std::vector<std::size_t> order;
  const auto distances = distances_and_order(losses, order);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
  for (auto next = order.rbegin(); next != order.rend() && chosen.size() < size; ++next) chosen.push_back(last[*next]);
  return chosen;
}

}  // namespace winnow::evolution

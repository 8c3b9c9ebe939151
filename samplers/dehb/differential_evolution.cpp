#include <winnow/samplers/dehb/differential_evolution.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace winnow::dehb {
namespace {

constexpr std::size_t kParents = 3;

Point random_point(std::size_t dimension, evolution::Chance& chance) {
  Point point(dimension);
  for (double& u : point) u = chance.uniform();
  return point;
}

}  // namespace

Point mutant(std::vector<Point> pool, const Point& target, double factor, evolution::Chance& chance) {
  if (pool.size() > 1) {
    const auto same = std::find(pool.begin(), pool.end(), target);
    if (same != pool.end()) pool.erase(same);
  }
  while (pool.size() < kParents) pool.push_back(random_point(target.size(), chance));
  for (std::size_t i = 0; i < kParents; ++i) std::swap(pool[i], pool[i + chance.below(pool.size() - i)]);
  Point made(target.size());
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = pool[0][i] + factor * (pool[1][i] - pool[2][i]);
  return made;
}

Point crossed(const Point& target, const Point& mutant, double probability, evolution::Chance& chance) {
  Point child = target;
  bool any = false;
  for (std::size_t i = 0; i < child.size(); ++i) {
    if (chance.uniform() >= probability) continue;
    child[i] = mutant[i];
    any = true;
  }
  if (!any && !child.empty()) {
    const std::size_t one = chance.below(child.size());
    child[one] = mutant[one];
  }
  return child;
}

Point rival(const Point& target, std::vector<Point> pool, const std::vector<Point>& all, const Evolution& options,
            evolution::Chance& chance) {
  if (pool.size() < kParents) {
    const std::size_t wanted = kParents + 1;  // the target may be among them
    while (pool.size() < wanted) pool.push_back(mutant(all, target, options.mutation_factor, chance));
  }
  const Point other = mutant(std::move(pool), target, options.mutation_factor, chance);
  Point child = crossed(target, other, options.crossover_prob, chance);
  for (double& u : child) {
    if (u < 0 || u > 1) u = chance.uniform();
  }
  return child;
}

}  // namespace winnow::dehb

#include <winnow/samplers/tpe/fronts.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::tpe {
namespace {

/// Equal vectors together, those together in ascending order.
struct Copies {
  std::vector<Losses> losses;                    ///< ascending, each once
  std::vector<std::vector<std::size_t>> places;  ///< of each
};

Copies together(const std::vector<Losses>& losses) {
  std::vector<std::size_t> order(losses.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  Copies copies;
  for (const std::size_t i : order) {
    if (copies.losses.empty() || copies.losses.back() != losses[i]) {
      copies.losses.push_back(losses[i]);
      copies.places.emplace_back();
    }
    copies.places.back().push_back(i);
  }
  return copies;
}

/// The first is known to be no better in its first loss.
bool dominated_by(const Losses& point, const Losses& other) {
  for (std::size_t i = 1; i < point.size(); ++i) {
    if (point[i] < other[i]) return false;
  }
  return true;
}

/// Of vectors in ascending order, each once, those that no other dominates; `rest` is what is left.
std::vector<std::size_t> peel(const std::vector<Losses>& losses, std::vector<std::size_t>& rest) {
  std::vector<std::size_t> front;
  std::vector<std::size_t> left;
  for (const std::size_t i : rest) {
    // With two losses the last of the front is the one that can dominate: its second loss is the least so far.
    const auto begin = losses[i].size() == 2 && !front.empty() ? front.end() - 1 : front.begin();
    const bool dominated =
        std::any_of(begin, front.end(), [&](std::size_t k) { return dominated_by(losses[i], losses[k]); });
    (dominated ? left : front).push_back(i);
  }
  rest = std::move(left);
  return front;
}

Losses reference_of(const std::vector<Losses>& points) {
  constexpr double kInsteadOfZero = 1e-12;
  Losses reference = points.front();
  for (const Losses& point : points) {
    for (std::size_t i = 0; i < point.size(); ++i) reference[i] = std::max(reference[i], point[i]);
  }
  for (double& r : reference) {
    r = std::max(1.1 * r, 0.9 * r);
    if (r == 0) r = kInsteadOfZero;
  }
  return reference;
}

/// All of the front's trials are more than `n`.
void add_some(const Copies& copies, const std::vector<std::size_t>& front, std::size_t n,
              std::vector<std::size_t>& best) {
  if (n == 0) return;
  if (n > front.size()) {  // each once, then copies in the trials' order
    std::vector<std::size_t> again;
    for (const std::size_t i : front) {
      best.push_back(copies.places[i].front());
      again.insert(again.end(), copies.places[i].begin() + 1, copies.places[i].end());
    }
    std::sort(again.begin(), again.end());
    best.insert(best.end(), again.begin(), again.begin() + static_cast<std::ptrdiff_t>(n - front.size()));
    return;
  }
  std::vector<Losses> points;
  for (const std::size_t i : front) points.push_back(copies.losses[i]);
  for (const std::size_t k : hypervolume_subset(points, n, reference_of(points))) {
    best.push_back(copies.places[front[k]].front());
  }
}

}  // namespace

std::vector<std::size_t> best_of(const std::vector<Losses>& losses, std::size_t n) {
  const Copies copies = together(losses);
  std::vector<std::size_t> rest(copies.losses.size());
  std::iota(rest.begin(), rest.end(), std::size_t{0});
  std::vector<std::size_t> best;
  while (best.size() < n) {
    const std::vector<std::size_t> front = peel(copies.losses, rest);
    std::size_t trials = 0;
    for (const std::size_t i : front) trials += copies.places[i].size();
    if (best.size() + trials > n) {
      add_some(copies, front, n - best.size(), best);
      break;
    }
    for (const std::size_t i : front) best.insert(best.end(), copies.places[i].begin(), copies.places[i].end());
  }
  std::sort(best.begin(), best.end());
  return best;
}

}  // namespace winnow::tpe

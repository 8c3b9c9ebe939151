#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <winnow/samplers/detail/non_dominated.hpp>

namespace winnow {
namespace {

using Front = std::vector<const Losses*>;  // in lexicographic order

/// `loss` comes behind all of the front. With up to two objectives its last one decides.
bool is_dominated_by(const Front& front, const Losses& loss) {
  if (loss.size() <= 2) return dominates(*front.back(), loss);
  return std::any_of(front.rbegin(), front.rend(), [&](const Losses* other) { return dominates(*other, loss); });
}

/// The ranks of some of the losses, from `first` on; the highest, or first − 1 if there are none.
int rank(const std::vector<Losses>& losses, std::vector<std::size_t> some, int first, std::vector<int>& ranks) {
  std::sort(some.begin(), some.end(), [&](std::size_t a, std::size_t b) { return losses[a] < losses[b]; });
  std::vector<Front> fronts;
  for (const std::size_t one : some) {
    const auto front = std::partition_point(fronts.begin(), fronts.end(),
                                            [&](const Front& better) { return is_dominated_by(better, losses[one]); });
    ranks[one] = first + static_cast<int>(front - fronts.begin());
    front == fronts.end() ? fronts.push_back({&losses[one]}) : front->push_back(&losses[one]);
  }
  return first + static_cast<int>(fronts.size()) - 1;
}

}  // namespace

bool dominates(const Losses& one, const Losses& other) {
  bool is_same = true;
  for (std::size_t i = 0; i < one.size(); ++i) {
    if (one[i] > other[i]) return false;
    is_same = is_same && one[i] == other[i];
  }
  return !is_same;
}

std::vector<int> non_domination_ranks(const std::vector<Losses>& losses, const std::vector<double>& penalties) {
  std::vector<int> ranks(losses.size());
  std::vector<std::size_t> within;
  std::set<double> missed;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (penalties.empty() || penalties[i] <= 0) {
      within.push_back(i);
    } else {
      missed.insert(penalties[i]);
    }
  }
  int next = rank(losses, within, 0, ranks) + 1;
  std::map<double, int> behind;
  for (const double penalty : missed) behind[penalty] = next++;
  for (std::size_t i = 0; i < penalties.size(); ++i) {
    if (penalties[i] > 0) ranks[i] = behind[penalties[i]];
  }
  return ranks;
}

}  // namespace winnow

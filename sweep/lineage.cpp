#include <winnow/sweep/lineage.hpp>

#include <algorithm>
#include <limits>

namespace winnow {

/// Backwards: a donor's state at a step goes back to what the donor itself had taken over before it gave it away.
std::vector<Stretch> lineage_of(const Sweep& sweep, TrialId number) {
  std::vector<Stretch> stretches;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  Step to = sweep.find(number)->last_step;
  for (;;) {
    const Trial& trial = *sweep.find(number);
    const auto& inherited = trial.inherited;
    const auto later = std::find_if(inherited.begin(), inherited.end(), [&](const auto& i) { return i.seq >= before; });
    const Assignment& params = later == inherited.end() ? trial.params : later->before;
    if (later == inherited.begin()) {
      stretches.push_back({number, 0, to, params});
      break;
    }
    const Inherited& from = *std::prev(later);
    stretches.push_back({number, from.from_step, to, params});
    number = from.donor;
    to = from.from_step;
    before = from.seq;
  }
  std::reverse(stretches.begin(), stretches.end());
  return stretches;
}

}  // namespace winnow

/// How much of a difference between two trials is noise, by the learning curves that cross (Bohdal et al., "PASHA:
/// Efficient HPO and NAS with Progressive Resource Allocation", ICLR 2023, §4.2; as in Syne Tune 0.13).
///
/// Two trials whose order has changed and changed back, over the resources where both have reported, can't be told
/// apart: their distance is that of their values at the highest such resource. The estimate is the 90th percentile
/// (numpy's) of the distances of all such pairs that have met beyond `look_above`; while there are none, what it was
/// before.
#pragma once

#include <limits>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include <winnow/core/ids.hpp>

namespace winnow {

class CurveNoise {
public:
  /// Only pairs that meet beyond this resource count from now on.
  void look_above(double resource);
  /// Not finite, or not beyond what the trial has reported: it is passed over. Beyond `look_above` it takes
  /// O(others there · their reports); 16 bytes.
  void add(TrialId trial, double resource, double value);
  /// >= 0; O(m log m) in the pairs that count.
  [[nodiscard]] double estimate() const;

private:
  using Point = std::pair<double, double>;  ///< resource and value
  using Pair = std::pair<TrialId, TrialId>;

  void compare(TrialId a, TrialId b);

  double above_ = -std::numeric_limits<double>::infinity();
  double before_ = 0;  ///< the estimate before `look_above`
  std::unordered_map<TrialId, std::vector<Point>> curves_;
  std::map<double, std::vector<TrialId>> at_;  ///< by resource beyond `above_`: who has reported there
  std::map<Pair, double> distances_;           ///< of pairs, the lower number first, that have crossed twice
};

}  // namespace winnow

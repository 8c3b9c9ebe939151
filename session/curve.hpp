/// A curve of a metric in a few points, however many it has: of each stretch of it the lowest and the highest one, so
/// that no spike is lost, with the first and the last. Stretches hold equally many points; where they become too many,
/// two become one. So it takes memory for the points that are wanted only, and each point once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <winnow/core/ids.hpp>

namespace winnow {

struct CurvePoint {
  std::int64_t seq = 0;  ///< of the report
  Attempt attempt = 0;
  Step step = -1;
  double time = 0;
  double value = 0;
  bool operator==(const CurvePoint&) const = default;
};

class MetricCurve {
public:
  /// At most so many points, at least 4; all there are as long as these are enough.
  explicit MetricCurve(std::size_t points);

  /// In order of seq.
  void add(const CurvePoint& point);
  [[nodiscard]] std::int64_t count() const { return count_; }
  /// In order of seq.
  [[nodiscard]] std::vector<CurvePoint> points() const;

private:
  struct Stretch {
    CurvePoint low, high;
  };
  void add_to_stretches(const CurvePoint& point);
  void halve();
  static void widen(Stretch& stretch, const CurvePoint& point);

  std::size_t most_;
  std::int64_t count_ = 0;
  std::vector<CurvePoint> all_{};  ///< until they are too many
  CurvePoint first_{}, last_{};
  std::vector<Stretch> stretches_{};
  std::int64_t width_ = 1;    ///< points of a stretch
  std::int64_t in_last_ = 0;  ///< of the last one, so far
};

}  // namespace winnow

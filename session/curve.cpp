#include <winnow/session/curve.hpp>

#include <algorithm>
#include <cmath>

namespace winnow {
namespace {

/// NaN is neither: it stands for a stretch only where there is nothing else.
bool is_lower(const CurvePoint& a, const CurvePoint& b) {
  return a.value < b.value || (std::isnan(b.value) && !std::isnan(a.value));
}
bool is_higher(const CurvePoint& a, const CurvePoint& b) {
  return a.value > b.value || (std::isnan(b.value) && !std::isnan(a.value));
}

}  // namespace

MetricCurve::MetricCurve(std::size_t points) : most_(std::max<std::size_t>(points, 4)) {}

void MetricCurve::add(const CurvePoint& point) {
  if (count_++ == 0) first_ = point;
  last_ = point;
  if (static_cast<std::size_t>(count_) <= most_) {
    all_.push_back(point);
    return;
  }
  for (const CurvePoint& one : all_) add_to_stretches(one);
  std::vector<CurvePoint>().swap(all_);
  add_to_stretches(point);
}

void MetricCurve::add_to_stretches(const CurvePoint& point) {
  if (!stretches_.empty() && in_last_ < width_) {
    widen(stretches_.back(), point);
    ++in_last_;
    return;
  }
  if (stretches_.size() >= (most_ - 2) / 2) {
    halve();
    return add_to_stretches(point);
  }
  stretches_.push_back({point, point});
  in_last_ = 1;
}

/// All stretches are full.
void MetricCurve::halve() {
  const std::size_t before = stretches_.size();
  for (std::size_t i = 0; i < before; ++i) {
    Stretch& into = stretches_[i / 2];
    const Stretch from = stretches_[i];
    if (i % 2 == 0) {
      into = from;
    } else {
      widen(into, from.low);
      widen(into, from.high);
    }
  }
  stretches_.resize((before + 1) / 2);
  width_ *= 2;
  in_last_ = before % 2 == 0 ? width_ : width_ / 2;
}

void MetricCurve::widen(Stretch& stretch, const CurvePoint& point) {
  if (is_lower(point, stretch.low)) stretch.low = point;
  if (is_higher(point, stretch.high)) stretch.high = point;
}

std::vector<CurvePoint> MetricCurve::points() const {
  if (stretches_.empty()) return all_;
  std::vector<CurvePoint> points{first_};
  for (const Stretch& stretch : stretches_) {
    points.push_back(stretch.low);
    points.push_back(stretch.high);
  }
  points.push_back(last_);
  const auto earlier = [](const CurvePoint& a, const CurvePoint& b) { return a.seq < b.seq; };
  std::sort(points.begin(), points.end(), earlier);
  points.erase(std::unique(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.seq == b.seq; }),
               points.end());
  return points;
}

}  // namespace winnow

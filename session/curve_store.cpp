#include <winnow/session/curve_store.hpp>

#include <algorithm>
#include <utility>

namespace winnow {
namespace {

constexpr std::size_t kMostPoints = 400'000;  ///< of all that are kept: some 16 MB

void add_point(MetricCurve& curve, const Event& event, const std::string& metric) {
  const Metrics* metrics = metrics_of(event);
  const double* value = metrics == nullptr ? nullptr : find_metric(*metrics, metric);
  if (value == nullptr) return;
  const auto* reported = event.as<event::Reported>();
  curve.add({event.seq, event.attempt, reported == nullptr ? -1 : reported->step, event.time, *value});
}

}  // namespace

CurveStore::Kept CurveStore::find(const Key& key) const {
  const std::lock_guard lock(mutex_);
  const auto it = kept_.find(key);
  return it == kept_.end() ? Kept{MetricCurve(key.points)} : it->second;
}

void CurveStore::keep(const Key& key, const Kept& kept) {
  const std::lock_guard lock(mutex_);
  const auto it = kept_.find(key);
  if (it != kept_.end()) {
    if (it->second.seen < kept.seen) it->second = kept;
    return;
  }
  if (points_ + key.points > kMostPoints) {  // somebody looks at other ones now
    kept_.clear();
    points_ = 0;
  }
  points_ += key.points;
  kept_.emplace(key, kept);
}

Result<std::map<TrialId, MetricCurve>> draw_curves(const Ledger& ledger, CurveStore& store,
                                                   const std::vector<CurveWish>& wishes, const Drawing& drawing) {
  const auto key_of = [&](TrialId trial) { return CurveStore::Key{trial, drawing.metric, drawing.points}; };
  std::map<TrialId, CurveStore::Kept> curves;
  std::vector<EventRange> ranges;
  for (const CurveWish& wish : wishes) {
    CurveStore::Kept kept = drawing.after > 0 ? CurveStore::Kept{MetricCurve(drawing.points), drawing.after}
                                              : store.find(key_of(wish.trial));
    for (EventRange range : wish.ranges) {
      range.first = std::max(range.first, kept.seen + 1);
      if (range.first <= range.last) ranges.push_back(range);
    }
    curves.emplace(wish.trial, std::move(kept));
  }
  const auto read = read_ranges(ledger, merged(std::move(ranges)), 0, [&](const Event& event) {
    const auto it = curves.find(event.trial);
    if (it != curves.end() && event.seq > it->second.seen) add_point(it->second.curve, event, drawing.metric);
    return true;
  });
  if (!read) return fail(read.error());
  std::map<TrialId, MetricCurve> drawn;
  for (auto& [trial, kept] : curves) {
    kept.seen = std::max(kept.seen, drawing.until);
    if (drawing.after == 0) store.keep(key_of(trial), kept);
    drawn.emplace(trial, std::move(kept.curve));
  }
  return drawn;
}

}  // namespace winnow

/// The curves of a run that were drawn lately, so that who draws them again and again has only what came since read.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/session/curve.hpp>
#include <winnow/session/event_range.hpp>
#include <winnow/storage/ledger.hpp>

namespace winnow {

/// Of one run. Any thread may call it.
class CurveStore {
public:
  struct Key {
    TrialId trial = 0;
    std::string metric{};
    std::size_t points = 0;
    auto operator<=>(const Key&) const = default;
  };
  struct Kept {
    MetricCurve curve;
    std::int64_t seen = 0;  ///< all up to this event is in it
  };

  /// A new one, if there is none.
  [[nodiscard]] Kept find(const Key& key) const;
  void keep(const Key& key, const Kept& kept);

private:
  mutable std::mutex mutex_;
  std::map<Key, Kept> kept_;
  std::size_t points_ = 0;  ///< at most, of all
};

/// What is to be drawn: a trial, and where it reports.
struct CurveWish {
  TrialId trial = 0;
  std::vector<EventRange> ranges{};
};

struct Drawing {
  std::string metric{};
  std::size_t points = 200;  ///< of each curve, at most
  std::int64_t after = 0;    ///< of what came after this event only; such curves aren't kept
  std::int64_t until = 0;    ///< the last event that the ranges know of
};

/// By trial.
Result<std::map<TrialId, MetricCurve>> draw_curves(const Ledger& ledger, CurveStore& store,
                                                   const std::vector<CurveWish>& wishes, const Drawing& drawing);

}  // namespace winnow

/// A run that is looked at again and again: what its ledger says, folded once and brought forward by the events that
/// have come since, also while another process or thread goes on with it.
///
/// The ledger's event numbers are the clock of all that is said: what is looked at is the run as it stood after the
/// sweep's last_seq, whole.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/session/curve_store.hpp>
#include <winnow/session/event_range.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// What of a trial's history the sweep itself doesn't keep.
struct TrialTrace {
  std::int64_t changed = 0;          ///< the last event that changed something of it
  std::int64_t reports = 0;          ///< and final values by ask/tell
  std::vector<EventRange> reported;  ///< where these stand, in order; others' events may stand between them
};

class SweepView {
public:
  struct Now {
    Sweep sweep;
    std::deque<TrialTrace> traces{};  ///< by trial, as the sweep's
  };

  /// Nothing is folded yet. Fails as `open_to_read`.
  static Result<std::shared_ptr<SweepView>> open(const std::filesystem::path& root);

  /// Brings the run up to now and calls `look(const Now&)`, which returns a Result, and keeps others waiting meanwhile.
  /// Fails with `corrupt` or `io` where the ledger can't be folded.
  template <class Look>
  auto look(Look&& look) -> decltype(look(std::declval<const Now&>())) {
    const std::lock_guard lock(mutex_);
    if (auto current = bring_up(); !current) return fail(current.error());
    return std::forward<Look>(look)(*now_);
  }

  [[nodiscard]] const RunDir& dir() const { return dir_; }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  /// Those of its curves that were drawn lately.
  [[nodiscard]] CurveStore& curves() { return curves_; }
  /// Its ledger was deleted, replaced or moved.
  [[nodiscard]] bool is_lost() const { return watch_.look().has_value(); }

private:
  SweepView(RunDir dir, Ledger ledger) : dir_(std::move(dir)), ledger_(std::move(ledger)), watch_(dir_) {}
  Result<void> bring_up();
  Result<void> take(const Event& event);

  const RunDir dir_;
  const Ledger ledger_;
  const LedgerWatch watch_;
  CurveStore curves_;
  std::mutex mutex_;
  std::optional<Now> now_;
};

}  // namespace winnow

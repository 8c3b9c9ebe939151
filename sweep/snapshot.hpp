/// A copy of what people watch while a sweep runs: the live table, later the dashboard.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <winnow/sweep/best.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

struct TrialRow {
  TrialId trial = 0;
  TrialState state = TrialState::queued;
  Assignment params;
  Step step = 0;
  std::int32_t rung = -1;
  Attempt attempt = 0;
  std::optional<double> value;
  std::string reason;
};
struct Snapshot {
  SweepCounts counts;
  bool on_hold = false;     ///< by command: nothing starts until resumed
  std::string hold_reason;  ///< or why it has finished
  bool stopping = false;    ///< by command: it ends when its running trials have ended
  bool finished = false;
  bool fell_short = false;  ///< it finished with nothing to show (sweep/best.hpp)
  std::int64_t created = 0;
  std::vector<TrialRow> rows;  ///< running trials first, then those that ended last, newest first; at most 40
  std::optional<BestTrial> best;
  Assignment best_params;
  double wall = 0;  ///< running time over all sessions, seconds
  std::int64_t last_seq = 0;
  std::int64_t durable_seq = 0;
};

/// All but the rows; `running`: see Sweep::wall_used.
Snapshot snapshot_of(const Sweep& sweep, double running);

}  // namespace winnow

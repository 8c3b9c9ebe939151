/// The table of trials that `winnow show` and the live table print.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <winnow/cli/text_table.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/sweep/snapshot.hpp>

namespace winnow::cli {

/// `, 2 running, 7 completed, 1 failed`: the states that occur.
std::string counts_text(const SweepCounts& counts);

struct ListedTrial {
  TrialId trial = 0;
  TrialState state = TrialState::queued;
  Step step = 0;
  std::int32_t rung = -1;
  std::vector<std::optional<double>> values;  ///< one a column of TrialTable::values
  std::optional<double> seconds;              ///< from its first start to its end, or until now
  Assignment params;
  std::string reason;
};

struct TrialTable {
  std::vector<std::string> values;  ///< titles: the objective, or all metrics
  bool rungs = true;
  bool durations = true;
  bool steady = false;  ///< redrawn while values come in: its columns should stay where they are
  std::vector<ListedTrial> trials;

  /// The titles and a line a trial, none wider than `width`. Parameters have columns of their own where these fit, else
  /// they share the last one as words that are cut; what was the reason of a trial's end stands last, or before them.
  [[nodiscard]] std::vector<std::string> lines(const Space& space, std::size_t width) const;
};

}  // namespace winnow::cli

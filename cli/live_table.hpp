/// The live table of `winnow run` on a terminal: redrawn in place.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include <winnow/cli/screen.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/sweep/snapshot.hpp>

namespace winnow::cli {

/// The table's lines, none wider than `columns`, at most `rows` of them.
std::vector<std::string> table_lines(const SweepSpec& spec, const Snapshot& snapshot, int columns, int rows);

class LiveTable {
public:
  explicit LiveTable(SweepSpec spec) : spec_(std::move(spec)) {}
  void draw(const Snapshot& snapshot);
  /// Takes the table away, so that the summary stands in its place.
  void clear();
  /// A warning, which stands above the table when that is drawn again or cleared. Any thread may call it.
  void warn(std::string text);

private:
  void say_warnings();

  SweepSpec spec_;
  Screen screen_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;  ///< not said yet
};

}  // namespace winnow::cli

/// The live table of `winnow run` on a terminal: redrawn in place.
#pragma once

#include <string>
#include <vector>

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

private:
  SweepSpec spec_;
  std::size_t drawn_ = 0;  ///< lines on the screen
};

}  // namespace winnow::cli

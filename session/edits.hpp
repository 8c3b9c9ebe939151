/// Settings that are changed when a run is resumed (docs/semantics.md, "Changed settings"): by editing the sweep file
/// in its directory, or by name.
///
/// The file counts where it differs from what it said when it was last taken up, so that a setting that was changed by
/// name stays changed while the file stays as it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <winnow/session/recovered.hpp>
#include <winnow/spec/settings.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow {

/// What a resume changes.
struct Edits {
  bool file = false;                               ///< take up what was edited in the directory's sweep file
  std::vector<std::pair<std::string, Value>> set;  ///< settings with their new values, after that
  /// What ended the last process, where a trial of its did: the attempts that ran are lost by it, and spend a retry.
  /// Else they would be begun again, and one that ends the process each time for ever. Empty: nothing is known.
  std::string crash{};
};

struct Edited {
  SweepSpec spec;                     ///< with the edits
  std::vector<Event> events;          ///< one a setting, to be recorded
  std::vector<Change> changes;        ///< those that make a difference, for people
  std::vector<std::string> warnings;  ///< of the edited file
};

/// Fails with `invalid_input` and a diff for an edit of what is searched or how, and for a name or value that the sweep
/// file wouldn't take.
Result<Edited> edit(const Recovered& run, const RunDir& dir, const Edits& edits, double now);

/// What was edited in the file, and settings such as `run_cap=100`, `budget.wall=2h`, `budget.wall=none`. Fails with
/// `invalid_input` for one without `=`.
Result<Edits> parse_edits(const std::vector<std::string>& settings);

}  // namespace winnow

/// A run's sweep as its ledger says it, for whoever only reads a run, and for who goes on with it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <winnow/samplers/registry.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// The folder in a run directory with files that were sent along with the sweep: relative paths in it start there, and
/// so do its programs.
inline constexpr const char* kOwnFiles = "files";

/// What the ledger says, folded. Nothing in it was decided again.
struct Recovered {
  Sweep sweep;
  std::unique_ptr<Sampler> sampler;                       ///< has observed every event
  std::filesystem::path base;                             ///< folder of the sweep file: base of relative paths in it
  std::filesystem::path started_from;                     ///< working directory of the process that began the run
  std::string text;                                       ///< the sweep file
  std::vector<std::pair<std::string, Value>> file_edits;  ///< what was taken up of the directory's copy of it since
};

/// Tells a sampler that learns what an event says that the sweep has folded.
void observe(Sampler& sampler, const Sweep& sweep, const Event& event);

/// The error of a directory whose ledger has no record: a process died before its first one was written.
tl::unexpected<Error> holds_no_run(const std::filesystem::path& root);
/// True if there is a run in `root`: a ledger with a record in it.
bool holds_run(const std::filesystem::path& root);

/// The name under which the first event keeps the sweep with nothing left to a default (spec/record.hpp), as a text:
/// its keys have an order.
inline constexpr const char* kSpecKey = "spec";

/// The first event of a run: the sweep file as given, and the sweep with nothing left to a default. Fails with
/// `internal` if `fresh_from` wouldn't make the same sweep of it.
Result<Event> first_event(const SweepFile& file, const Sweep& sweep, std::uint64_t seed, double now,
                          const std::filesystem::path& started_from);

/// The sweep before its first event, made from the ledger's first record (the sweep file).
Result<Recovered> fresh_from(const Event& first, const std::filesystem::path& root,
                             const SpaceFunctions& functions = {});

/// Folds the ledger of a run, also while another process runs it.
Result<Recovered> recover(const std::filesystem::path& root);
/// Folds a ledger that is open already.
Result<Recovered> recover(const Ledger& ledger, const std::filesystem::path& root,
                          const SpaceFunctions& functions = {});

}  // namespace winnow

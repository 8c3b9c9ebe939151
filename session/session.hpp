/// A sweep and its directory, opened to go on with: what `run`, `resume` and `asktell` start from.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/samplers/registry.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// Owns the directory (its lock) until destroyed. Used by one thread at a time.
struct Session {
  RunDir dir;
  DirLock lock;
  Ledger ledger;
  Sweep sweep;
  std::unique_ptr<Sampler> sampler;
  std::filesystem::path base;
  std::vector<std::string> warnings;  ///< for the user
};

/// A new run in `root`, which must not exist, be empty, or hold only what a process left that died before its first
/// record. `seed`: the one to use if the file has none.
/// `functions`: those that computed parameters name; fails with `invalid_input` if one is missing. A ledger
/// that can't be made leaves a directory that holds no run, and takes one. `started_from`: from which folder it was
/// begun, as `Surroundings` has it, also when it goes on; empty: this process's.
Result<Session> create_session(const SweepFile& file, const std::filesystem::path& root, std::uint64_t seed,
                               const SpaceFunctions& functions = {}, const std::filesystem::path& started_from = {});

/// Brings the ledger of a run to this Winnow's schema, if it is an older one. Before `recover`, by who may write.
Result<void> bring_up_to_date(const std::filesystem::path& root);

/// An existing run, to go on; `edits` are recorded first. Fails with `busy` if another process runs
/// it.
Result<Session> open_session(const std::filesystem::path& root, const Edits& edits = {},
                             const SpaceFunctions& functions = {});

/// The same for a sweep whose trials its clients train, who have gone on meanwhile: where nobody has said that the
/// session before ended, this is no new one (`opened`), and trials that run are running still.
Result<Session> rejoin_session(const std::filesystem::path& root);

/// Commits events (Sweep::commit): once they are in the session's ledger they are folded, and the sampler hears of
/// them. What the fold would refuse (`corrupt`) isn't written, and what can't be written changes nothing.
Result<void> record(Session& session, std::vector<Event> events);

/// `<parent>/<name>-<YYYYmmdd-HHMMSS>`, with a number behind it where that exists already; what no folder's name may
/// hold is replaced, and a long name cut.
std::filesystem::path default_run_root(std::string_view name, const std::filesystem::path& parent = "runs");

/// A seed nobody chose.
std::uint64_t draw_seed();

}  // namespace winnow

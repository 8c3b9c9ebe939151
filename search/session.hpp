/// A sweep and its directory, opened: what `run`, `resume`, `asktell`, `show`, `best` and `replay` start from.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <winnow/samplers/registry.hpp>
#include <winnow/space/document.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/storage/run_dir.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

/// What a resume changes.
struct Edits {
  bool file = false;                               ///< take up what was edited in the directory's sweep file
  std::vector<std::pair<std::string, Value>> set;  ///< settings with their new values, after that
};

/// What the ledger says, folded. Nothing in it was decided again.
struct Recovered {
  Sweep sweep;
  std::unique_ptr<Sampler> sampler;                       ///< has observed every event
  std::filesystem::path base;                             ///< folder of the sweep file: base of relative paths in it
  std::filesystem::path started_from;                     ///< working directory of the process that began the run
  std::string text;                                       ///< the sweep file
  std::vector<std::pair<std::string, Value>> file_edits;  ///< what was taken up of the directory's copy of it since
};

/// Owns the directory (its lock) until destroyed.
struct Session {
  RunDir dir;
  DirLock lock;
  Ledger ledger;
  Sweep sweep;
  std::unique_ptr<Sampler> sampler;
  std::filesystem::path base;
  std::vector<std::string> warnings;  ///< for the user
};

/// The sweep file as read, with its text.
struct SweepFile {
  ParsedSpec parsed;
  std::string text;
  std::filesystem::path path;
};

/// As it is where there is no working directory any more.
std::filesystem::path absolute_path(const std::filesystem::path& path);

/// Reads and checks a sweep file. A space that it names by its path (`space: {optuna: space.json}`) is taken in: the
/// text has it then, as JSON. Fails with `invalid_input`; see parse_spec for the messages.
Result<SweepFile> read_sweep_file(const std::filesystem::path& path);
/// The same for a text that was read and parsed already; `path` is where it stands.
Result<SweepFile> sweep_file_of(std::string text, Document document, const std::filesystem::path& path);

/// The same for a spec that a program put together: it is written down and read again, so that it gets the checks of a
/// file. Relative paths in it are relative to the working directory.
Result<SweepFile> sweep_file_of(const SweepSpec& spec);

/// Makes the sampler that a spec asks for.
Result<std::unique_ptr<Sampler>> sampler_of(const SweepSpec& spec, std::uint64_t seed,
                                            const SpaceFunctions& functions = {});

/// A new run in `root`, which must not exist, be empty, or hold only what a process left that died before its first
/// record. `seed`: the one to use if the file has none.
/// `functions`: those that computed parameters name; fails with `invalid_input` if one is missing. A ledger
/// that can't be made leaves a directory that holds no run, and takes one.
Result<Session> create_session(const SweepFile& file, const std::filesystem::path& root, std::uint64_t seed,
                               const SpaceFunctions& functions = {});

/// The error of a directory whose ledger has no record: a process died before its first one was written.
tl::unexpected<Error> holds_no_run(const std::filesystem::path& root);
/// True if there is a run in `root`: a ledger with a record in it.
bool holds_run(const std::filesystem::path& root);

/// Brings the ledger of a run to this Winnow's schema, if it is an older one. Before `recover`, by who may write.
Result<void> bring_up_to_date(const std::filesystem::path& root);

/// An existing run, to go on; `edits` are recorded first (search/edits.hpp). Fails with `busy` if another process runs
/// it.
Result<Session> open_session(const std::filesystem::path& root, const Edits& edits = {},
                             const SpaceFunctions& functions = {});

/// Commits events (Sweep::commit): once they are in the session's ledger they are folded, and the sampler hears of
/// them. What the fold would refuse (`corrupt`) isn't written, and what can't be written changes nothing.
Result<void> record(Session& session, std::vector<Event> events);

/// The sweep before its first event, made from the ledger's first record (the sweep file).
Result<Recovered> fresh_from(const Event& first, const std::filesystem::path& root,
                             const SpaceFunctions& functions = {});

/// Folds the ledger of a run, also while another process runs it.
Result<Recovered> recover(const std::filesystem::path& root);

/// `runs/<name>-<YYYYmmdd-HHMMSS>`, with a number behind it where that exists already; what no folder's name may hold
/// is replaced, and a long name cut.
std::filesystem::path default_run_root(std::string_view name);

/// Seconds since 1970; somebody may set it.
double wall_clock();
/// Seconds on a clock that nobody sets: what durations are measured by.
double steady_clock();

/// A seed nobody chose.
std::uint64_t draw_seed();

}  // namespace winnow

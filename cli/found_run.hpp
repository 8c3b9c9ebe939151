/// The run that a command looks at: a directory, or a daemon's sweep by its name. One that isn't on this machine is
/// looked at in a copy of its ledger, by the same code.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <winnow/cli/daemon_client.hpp>
#include <winnow/cli/shell.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::cli {

/// What the command line says of it.
struct RunChoice {
  std::string named{};  ///< a directory; a sweep's name, or how the name of one sweep alone begins
  DaemonChoice daemon{};
};

/// Where it is.
struct RunSpot {
  std::filesystem::path directory{};  ///< here; or, where this is empty:
  DaemonPlace daemon{};
  Value sweep{};  ///< as the daemon says it is
};
/// A directory that is there, unless a daemon is chosen by an option; else a sweep of the daemon that daemon_place
/// names. Where that is this machine's, by its socket, it is the sweep's own directory. Fails as daemon_sweep.
Result<RunSpot> spot_of(const RunChoice& choice);

struct FoundRun {
  RunPlace place;
  std::optional<std::string> run_by{};  ///< who runs it, or would if it weren't paused: a process, or a daemon
};
/// The ledger of a sweep that is elsewhere is fetched.
Result<FoundRun> find_run(const RunChoice& choice);

/// What tells the daemon on a command line as it was told on this one: `--context box`; empty: by no option.
std::string option_of(const DaemonChoice& daemon);

}  // namespace winnow::cli

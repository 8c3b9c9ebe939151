/// A command to the process that runs a sweep, a daemon's among them: `winnow pause`, `winnow stop`, and `resume` of
/// one that runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <winnow/cli/daemon_client.hpp>
#include <winnow/engine/managed.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow::cli {

struct ControlArgs {
  std::string dir;                    ///< or the id of a daemon's sweep
  std::optional<std::int64_t> trial;  ///< none: the whole sweep
  bool json = false;
  DaemonChoice daemon{};  ///< one that is chosen has the sweep in any case
};
/// Says what came of it; returns the exit code.
int control(const ControlArgs& args, CommandVerb verb);
/// Changes settings of a daemon's sweep that is at rest, and has it go on; the same.
int resume_with(const ControlArgs& args, const SettingValues& settings);
/// Whether a daemon that is there has a sweep of that id or directory to itself, or it can't be said which daemon is
/// meant: `control` says why.
bool is_daemons(const ControlArgs& args);

}  // namespace winnow::cli

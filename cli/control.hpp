/// A command to the process that runs a sweep, a daemon's among them: `winnow pause`, `winnow stop`, and `resume` of
/// one that runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <winnow/sweep/sweep.hpp>

namespace winnow::cli {

struct ControlArgs {
  std::string dir;                    ///< or the id of a daemon's sweep
  std::optional<std::int64_t> trial;  ///< none: the whole sweep
  bool json = false;
};
/// Says what came of it; returns the exit code.
int control(const ControlArgs& args, CommandVerb verb);
/// Whether a daemon that is there has a sweep of that id or directory to itself.
bool is_daemons(const std::string& sweep);

}  // namespace winnow::cli

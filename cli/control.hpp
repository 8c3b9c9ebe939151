/// A command to the process that runs a sweep: `winnow pause`, `winnow stop`, and `resume` of one that runs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <winnow/sweep/sweep.hpp>

namespace winnow::cli {

struct ControlArgs {
  std::string dir;
  std::optional<std::int64_t> trial;  ///< none: the whole sweep
  bool json = false;
};
/// Says what came of it; returns the exit code.
int control(const ControlArgs& args, CommandVerb verb);

}  // namespace winnow::cli

/// `winnow pause`, `winnow stop`, and `resume` of a sweep that runs: commands to the process that runs it.
#include <fmt/format.h>

#include <winnow/cli/commands.hpp>
#include <winnow/search/control.hpp>

namespace winnow::cli {

int control(const ControlArgs& args, CommandVerb verb) {
  const auto dir = RunDir::open(args.dir);
  if (!dir) return complain(dir.error());
  const auto owner = DirLock::owner(*dir);
  if (!owner) {
    return complain({errc::illegal_state, fmt::format("{0}: no process runs it; `winnow resume {0}` does", args.dir)});
  }
  if (args.trial && *args.trial < 0) return complain({errc::invalid_input, "--trial: must be at least 0"});
  if (auto done = ask_control(*dir, to_json(ControlCommand{verb, args.trial})); !done) {
    return complain({done.error().code, fmt::format("{}: is run by {}; {}", args.dir, *owner, done.error().message)});
  }
  if (args.json) {
    print_json({{"ok", true}});
  } else if (args.trial) {
    const char* said = verb == CommandVerb::pause ? "pauses at its next report; `winnow resume --trial` takes that back"
                       : verb == CommandVerb::resume ? "goes on"
                                                     : "stops at its next report";
    fmt::print("trial {} {}\n", *args.trial, said);
  } else {
    const char* said = verb == CommandVerb::pause    ? "paused: no further trial starts, running ones go on"
                       : verb == CommandVerb::resume ? "goes on"
                       : verb == CommandVerb::stop   ? "stops: running trials finish, then it ends"
                                                     : "stops now: running trials end at their next report";
    fmt::print("{}: {}\n", args.dir, said);
  }
  return kDone;
}

}  // namespace winnow::cli

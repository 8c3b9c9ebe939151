/// `winnow pause`, `winnow stop`, and `resume` of a sweep that runs: commands to the process that runs it.
#include <fmt/format.h>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/session/control.hpp>

namespace winnow::cli {

namespace {

const char* said_of_sweep(CommandVerb verb) {
  switch (verb) {
    case CommandVerb::pause: return "paused: no further trial starts, running ones go on";
    case CommandVerb::resume: return "goes on";
    case CommandVerb::stop: return "stops: running trials finish, then it ends";
    case CommandVerb::stop_now: return "stops now: running trials end at their next report";
  }
  return "?";
}

const char* said_of_trial(CommandVerb verb) {
  switch (verb) {
    case CommandVerb::pause: return "pauses at its next report; `winnow resume --trial` takes that back";
    case CommandVerb::resume: return "goes on";
    case CommandVerb::stop:
    case CommandVerb::stop_now: return "stops at its next report";
  }
  return "?";
}

}  // namespace

int control(const ControlArgs& args, CommandVerb verb) {
  const auto dir = RunDir::open(args.dir);
  if (!dir) return complain(dir.error());
  const auto owner = DirLock::owner(*dir);
  if (!owner) {
    return complain({errc::illegal_state,
                     fmt::format("{}: no process runs it; `winnow resume {}` does", args.dir, shell_word(args.dir))});
  }
  if (args.trial && *args.trial < 0) return complain({errc::invalid_input, "--trial: must be at least 0"});
  if (auto done = ask_control(*dir, to_json(ControlCommand{verb, args.trial})); !done) {
    return complain({done.error().code, fmt::format("{}: is run by {}; {}", args.dir, *owner, done.error().message)});
  }
  if (args.json) {
    print_json({{"ok", true}});
  } else if (args.trial) {
    print("trial {} {}\n", *args.trial, said_of_trial(verb));
  } else {
    print("{}: {}\n", args.dir, said_of_sweep(verb));
  }
  return kDone;
}

}  // namespace winnow::cli

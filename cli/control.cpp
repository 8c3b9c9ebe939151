#include <winnow/cli/control.hpp>

#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <optional>

#include <winnow/base/file.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/shell.hpp>
#include <winnow/session/control.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow::cli {
namespace {

struct StopArgs {
  ControlArgs control;
  bool now = false;
};

const char* said_of_sweep(CommandVerb verb) {
  switch (verb) {
    case CommandVerb::pause: return "paused: no further trial starts, running ones go on";
    case CommandVerb::resume: return "goes on";
    case CommandVerb::stop: return "stops: running trials finish, then it ends";
    case CommandVerb::stop_now: return "stops now: running trials end at their next report";
    case CommandVerb::retry: return "every failed trial runs again";
  }
  return "?";
}

const char* said_of_trial(CommandVerb verb) {
  switch (verb) {
    case CommandVerb::pause: return "pauses at its next report; `winnow resume --trial` takes that back";
    case CommandVerb::resume: return "goes on";
    case CommandVerb::stop:
    case CommandVerb::stop_now: return "stops at its next report";
    case CommandVerb::retry: return "runs again";
  }
  return "?";
}

void add_control_options(CLI::App& command, ControlArgs& args) {
  add_run_to_command(command, args.dir);
  command.add_option("--trial", args.trial, "only this trial, at its next report");
  command.add_flag("--json", args.json, "answer as JSON");
  add_daemon_options(command, args.daemon);
}

using Daemon = std::optional<DaemonPlace>;

/// The daemon whose sweep that is: the one that is chosen, or that of a sweep which is named by its id, or by its
/// directory within a state directory.
Result<Daemon> daemon_of(const ControlArgs& args) {
  const auto chosen = [&]() -> Result<Daemon> {
    auto place = daemon_place(args.daemon);
    if (!place) return fail(place.error());
    return Daemon(std::move(*place));
  };
  if (args.daemon.is_made()) return chosen();
  const std::filesystem::path path = absolute_path(args.dir).lexically_normal();
  std::error_code ignored;
  if (!std::filesystem::exists(RunDir{path}.ledger(), ignored)) {
    if (args.dir.find('/') != std::string::npos) return Daemon();  // no id
    auto place = chosen();
    const bool there = !place || (*place)->socket.empty() || std::filesystem::exists((*place)->socket, ignored);
    if (!there) return Daemon();
    return place;
  }
  if (path.parent_path().filename() != "sweeps") return Daemon();
  const auto state = path.parent_path().parent_path();
  if (!DirLock::owner(RunDir{state})) return Daemon();
  return Daemon(DaemonPlace{.socket = (state / "socket").string()});
}

/// Of the sweep, which may be named by its directory.
std::string name_of(const ControlArgs& args) {
  return std::filesystem::path(args.dir).lexically_normal().filename().string();
}

void say(const ControlArgs& args, CommandVerb verb, const std::string& called) {
  if (args.json) {
    print_json({{"ok", true}});
  } else if (args.trial) {
    print("trial {} {}\n", *args.trial, said_of_trial(verb));
  } else {
    print("{}: {}\n", called, said_of_sweep(verb));
  }
}

}  // namespace

int control(const ControlArgs& args, CommandVerb verb) {
  if (args.trial && *args.trial < 0) return complain({errc::invalid_input, "--trial: must be at least 0"});
  const auto place = daemon_of(args);
  if (!place) return complain(place.error());
  if (*place) {
    const auto sweep = daemon_sweep(**place, name_of(args));
    if (!sweep) return complain(sweep.error());
    const std::string id = sweep->at("id");
    if (auto done = command_daemon(**place, id, verb, args.trial); !done) return complain(id, done.error());
    say(args, verb, id);
    return kDone;
  }
  const auto dir = RunDir::open(args.dir);
  if (!dir) return complain(dir.error());
  const auto owner = DirLock::owner(*dir);
  if (!owner) {
    return complain(
        {errc::illegal_state, fmt::format("{}: no process runs it; `{}` does", args.dir, resume_command(args.dir))});
  }
  if (auto done = ask_control(*dir, to_json(ControlCommand{verb, args.trial})); !done) {
    return complain({done.error().code, fmt::format("{}: is run by {}; {}", args.dir, *owner, done.error().message)});
  }
  say(args, verb, args.dir);
  return kDone;
}

int resume_with(const ControlArgs& args, const SettingValues& settings) {
  const auto place = daemon_of(args);
  if (!place) return complain(place.error());
  if (!*place) return complain({errc::internal, args.dir + ": is no daemon's"});
  const auto sweep = daemon_sweep(**place, name_of(args));
  if (!sweep) return complain(sweep.error());
  const std::string id = sweep->at("id");
  Value body{{"settings", Value::object()}};
  for (const auto& [name, value] : settings) body["settings"][name] = value;
  const auto now =
      ask_daemon(**place, {.method = "PATCH", .target = "/api/v1/sweeps/" + percent_encoded(id), .body = body.dump()});
  if (!now) return complain(id, now.error());
  const std::string state = now->at("state");
  if (state == "paused") {
    if (auto done = command_daemon(**place, id, CommandVerb::resume, {}); !done) return complain(id, done.error());
  }
  if (args.json) {
    print_json({{"ok", true}});
    return kDone;
  }
  for (const auto& [name, value] : settings)
    print("{}: {} from now on\n", name, value.is_null() ? "none" : value.dump());
  print("{}: {}\n", id,
        state == "finished" ? "has finished: " + now->value("why", "") : said_of_sweep(CommandVerb::resume));
  return kDone;
}

bool is_daemons(const ControlArgs& args) {
  const auto place = daemon_of(args);
  return !place || *place;
}

void add_pause(CLI::App& app, int& code) {
  const auto args = std::make_shared<ControlArgs>();
  CLI::App* command = add_command(app, "pause", "Start no further trial of a sweep that runs; `resume` takes it back",
                                  "winnow pause runs/first --trial 3");
  add_control_options(*command, *args);
  command->callback([args, &code] { code = control(*args, CommandVerb::pause); });
}

void add_stop(CLI::App& app, int& code) {
  const auto args = std::make_shared<StopArgs>();
  CLI::App* command = add_command(app, "stop", "End a sweep that runs, when its running trials have finished",
                                  "winnow stop runs/first --now");
  add_control_options(*command, args->control);
  command->add_flag("--now", args->now, "running trials end at their next report, or within trial.grace");
  command->callback(
      [args, &code] { code = control(args->control, args->now ? CommandVerb::stop_now : CommandVerb::stop); });
}

}  // namespace winnow::cli

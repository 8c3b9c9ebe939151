/// The options that say which daemon. CLI11's header is heavy: only files that add options include this.
#pragma once

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/daemon_client.hpp>
#include <winnow/cli/found_run.hpp>

namespace winnow::cli {

inline void add_daemon_options(CLI::App& command, DaemonChoice& daemon) {
  CLI::Option* url = command
                         .add_option("--url", daemon.url,
                                     "the daemon: unix:PATH of its socket, http://HOST:PORT or https://HOST:PORT, the "
                                     "token in WINNOW_TOKEN [WINNOW_URL]")
                         ->type_name("URL");
  command
      .add_option("--context", daemon.context,
                  "the daemon that `winnow context add` called so [WINNOW_CONTEXT, the current one, or the socket in "
                  "~/.local/state/winnow]")
      ->type_name("NAME")
      ->excludes(url);
}

/// The run that a command only looks at: a directory, or a sweep of a daemon's, which add_daemon_options of
/// `run.daemon` says.
inline void add_run_to_look_at(CLI::App& command, RunChoice& run, const std::string& name = "dir") {
  add_run_directory(command, run.named, name,
                    "the run directory, or a sweep of a daemon by its name, or how that begins");
}

/// One that is told something, by whoever runs it.
inline void add_run_to_command(CLI::App& command, std::string& dir) {
  add_run_directory(command, dir, "dir", "the run directory, or a sweep of a daemon by its name, or how that begins");
}

/// A sweep of a daemon, and of nobody else.
inline CLI::Option* add_daemon_sweep(CLI::App& command, std::string& name) {
  return command.add_option("sweep", name, "its name, as winnow ls has it, or how that begins")
      ->type_name("SWEEP")
      ->required();
}

}  // namespace winnow::cli

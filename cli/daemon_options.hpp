/// The options that say which daemon. CLI11's header is heavy: only files that add options include this.
#pragma once

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/daemon_client.hpp>

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

}  // namespace winnow::cli

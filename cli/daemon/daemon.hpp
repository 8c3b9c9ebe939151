/// `winnowd`: a manager of sweeps with an HTTP server in front, from the first signal to the last.
#pragma once

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/server/http_options.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow::cli {

struct DaemonOptions {
  std::filesystem::path directory;
  int slots = 0;
  server::HttpOptions http{};
  bool json_log = false;
};

/// SIGTERM and SIGINT end it, SIGHUP has it read certificates once more. Before there is any thread: all of them are to
/// leave these to `serve`.
sigset_t hold_signals();

/// Until a signal says that it is to end; then every sweep is interrupted as by Ctrl-C and can go on at the next start.
/// Fails where it can't start.
Result<void> serve(const DaemonOptions& options, std::shared_ptr<Spawner> spawner, const sigset_t& signals);

}  // namespace winnow::cli

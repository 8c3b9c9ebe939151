/// `winnowd`: a manager of sweeps with an HTTP server in front, from the first signal to the last.
#pragma once

#include <csignal>
#include <functional>

#include <winnow/cli/daemon/settings.hpp>
#include <winnow/core/result.hpp>
#include <winnow/trainers/spawner.hpp>

namespace winnow::cli {

/// SIGTERM and SIGINT end it, SIGHUP has it read its settings once more. Before there is any thread: all of them are to
/// leave these to `serve`.
sigset_t hold_signals();

/// Until a signal says that it is to end; then every sweep is interrupted as by Ctrl-C and can go on at the next start.
/// `reread`: the settings as they are now. Fails where it can't start.
Result<void> serve(const Settings& settings, const std::function<Result<Settings>()>& reread,
                   std::shared_ptr<Spawner> spawner, const sigset_t& signals);

}  // namespace winnow::cli

/// What it means that a program has ended: completed, failed (its own doing), or lost (killed from outside).
#pragma once

#include <string>

#include <winnow/core/result.hpp>
#include <winnow/trainers/process/seat.hpp>
#include <winnow/trainers/program/log.hpp>

namespace winnow::program {

/// Nothing for an exit code of 0; `trial_failed` for another one, a crash, or a program that could not be started;
/// `trial_lost` for SIGKILL, SIGTERM, SIGHUP and SIGINT, for a warden that is gone, and where there was no process or
/// descriptor for it.
Result<void> judge_ending(const process::News& news, const process::Launch& launch, const Log& log);

}  // namespace winnow::program

/// Ctrl-C and the like.
#pragma once

#include <atomic>

namespace winnow::cli {

/// From here on a signal that asks for the end (SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2) asks for an orderly one, a
/// second one ends at once. Returns how many there were.
const std::atomic<int>& catch_interrupts();

}  // namespace winnow::cli

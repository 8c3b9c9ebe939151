/// Passes on what a program's own stopper orders (RunOptions::stop_when), as commands to the scheduler.
#pragma once

#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include <winnow/actors/handles.hpp>
#include <winnow/engine/stop_order.hpp>

namespace winnow {

/// Used by two threads: one that hears events, one that says whom to command.
class OwnStopper {
public:
  explicit OwnStopper(StopWhen stop_when) : stop_when_(std::move(stop_when)) {}

  /// Throws what the stopper throws.
  void hear(const Event& event);
  /// From here on, and what was ordered before.
  void command(const scheduler_actor& scheduler);

private:
  StopWhen stop_when_;
  std::mutex mutex_;
  std::optional<scheduler_actor> scheduler_;
  std::vector<Command> early_;  ///< ordered before it was known whom to command
};

}  // namespace winnow

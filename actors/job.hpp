/// What one sweep's attempts need, wherever they run. It travels with each of them: a slot belongs to no sweep.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <winnow/spec/spec.hpp>
#include <winnow/storage/checkpoints.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

struct Job {
  std::shared_ptr<TrainableFactory> factory;
  std::filesystem::path directory;                     ///< base of relative paths
  std::function<std::filesystem::path(TrialId)> home;  ///< a trial's own folder; empty: none
  std::optional<MetricSpec> objective;                 ///< for the merit of a checkpoint
  TrialSpec limits;
  std::shared_ptr<CheckpointStore> checkpoints;  ///< null: there are none, not of pauses either
  bool save_reports = true;                      ///< a checkpoint with each report; else with pauses only
  std::function<void(const std::string&)> note;  ///< a line for the log, from any thread; may be empty
  std::shared_ptr<std::atomic<int>> abandoned;   ///< counts threads that were given up; may be null
};

}  // namespace winnow

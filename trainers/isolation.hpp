/// `isolation: process`: a trainer whose trials train in processes of their own, so that a crash, a hang, a leak or a
/// changed global state stays within its trial (docs/isolation-gpu-ddp.md).
///
/// A worker is this program, started once more with the same words; before it does anything else that matters it must
/// ask `is_worker`, and serve: `winnow` does at the beginning of main, hf::Trainer's search where it is called.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/trainers/spawner.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

struct IsolationOptions {
  std::vector<std::string> words{};  ///< of the program's call, the first of which names it; empty: as this one's
  std::chrono::milliseconds grace{10'000};   ///< trial.grace
  std::optional<std::uint64_t> log_limit{};  ///< bytes of an attempt's log, as process.log_limit
  int threads = 1;                           ///< of a worker's numerical libraries, unless the environment says
  int slots = 1;                             ///< trials at a time
  int attempts_per_worker = 1;               ///< served one after the other
  int ranks = 1;                             ///< processes that train a trial together (TrialContext::ranks)
};

/// What to say where trials train side by side in threads, and TrainableFactory::shares_draws.
inline constexpr std::string_view kThreadsShareDraws =
    "isolation: thread: the model draws (dropout) from a generator that all trials share, so what a trial comes to "
    "depends on what trains beside it; with isolation: process, or one slot, it doesn't";

/// As the sweep has it; the words stay as this program's.
IsolationOptions isolation_of(const SweepSpec& spec, int slots);

/// `job`: what a worker is told, by which it makes the trainer. Starts the first worker and waits until it has. Fails
/// with what that says.
Result<std::unique_ptr<TrainableFactory>> isolated_trainer(Value job, const IsolationOptions& options,
                                                           std::shared_ptr<Spawner> spawner);

/// Whether this process is a worker. The first call says so; it takes the sign of it from the environment.
bool is_worker();
/// Of a worker: what it was told. Once. Ends the process where Winnow is gone.
Value worker_job();
/// Of a worker that can't go on: says why, and ends the process.
[[noreturn]] void refuse_job(const Error& error);
/// Of a worker: serves with this trainer to the end of the process.
[[noreturn]] void serve_job(std::shared_ptr<TrainableFactory> trainer);

}  // namespace winnow

/// Runs a session to its end: puts the sweep, the actors, the trainables and the storage together.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/engine/stop_order.hpp>
#include <winnow/session/session.hpp>
#include <winnow/sweep/snapshot.hpp>
#include <winnow/trainers/devices.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

struct RunOptions {
  int slots = 0;                                 ///< 0: as the spec says
  std::optional<std::vector<Device>> devices{};  ///< none: those that `find_devices` finds, if the spec asks for any
  std::filesystem::path dir{};  ///< of a sweep that is put together in a program; empty: runs/<name>-<time>
  SpaceFunctions functions{};   ///< of computed parameters (Ray Tune's sample_from), and pbt's custom_explore_fn
  std::function<void(const Snapshot&)> on_progress{};  ///< about every `interval` seconds, from the calling thread
  double interval = 0.25;
  /// Durable events, at most a quarter of a second late, from another thread. Should it throw, it hears no more.
  std::function<void(const Event&)> on_event{};
  /// A stopper of the program's own, beside whatever the scheduler says: asked about each durable report of a trial
  /// that runs on, from another thread, at most a quarter of a second late. What it orders is a command, kept with its
  /// reason: `trial` stops at its next report, `sweep` starts nothing more. Should it throw, it isn't asked any more.
  StopWhen stop_when{};
  const std::atomic<int>* interrupts = nullptr;  ///< becomes > 0: end soon (Ctrl-C)
  /// What people should know while it runs: the disk fills up, commands can't be taken. From the calling thread.
  std::function<void(const std::string&)> on_notice{};
  std::uint64_t min_free = std::uint64_t{256} << 20;  ///< bytes of disk below which the sweep pauses; 0: never
};

struct Outcome {
  std::string why;  ///< why the sweep ended
  bool interrupted = false;
  std::optional<Error> error;         ///< the ledger, the sampler or the last slot is gone
  std::vector<std::string> warnings;  ///< what metrics file, log or `on_event` met; the ledger has everything
  int abandoned = 0;                  ///< threads of trials that never returned: the process must not wait for them
  std::filesystem::path dir;          ///< where the run is, also if it was moved meanwhile; empty: its ledger is gone
  std::optional<BestTrial> best;
  Assignment best_params;
};

/// How many trials run at once: `wanted`, or 0: what `slots` and `resources` say; at most what is useful for run_cap,
/// and what there are devices for. `devices`: how many trials have room on them; none: they need none.
int slots_of(const SweepSpec& spec, int wanted = 0, std::optional<std::int64_t> devices = std::nullopt);

/// What to say to whoever may not know that its trials run one at a time, and why; empty: nothing.
std::string said_of_slots(const SweepSpec& spec, int wanted = 0);

/// Where the trials of a sweep run.
struct Places {
  int slots = 1;                  ///< as `slots_of`
  std::vector<Device> devices{};  ///< what they share; none where the spec asks for none
  std::string notice{};           ///< for people: fewer slots than were asked for
};
/// `devices`: as in `RunOptions`. Fails with `invalid_input` where there are none, or not enough for one trial.
Result<Places> places_of(const SweepSpec& spec, int wanted = 0,
                         std::optional<std::vector<Device>> devices = std::nullopt);

/// How many threads a program's numerical libraries should have, with so many slots: `resources.cpus`, else its share
/// of the cores; 0, as many as they like, where one trial runs at a time.
int threads_of(const SweepSpec& spec, int slots);

/// Blocks until the sweep has ended, or was interrupted and its running trials have left. The session's directory is
/// let go of when this returns; `session.sweep` must be read again by `recover`.
Result<Outcome> run(Session session, std::shared_ptr<TrainableFactory> factory, const RunOptions& options);

/// Runs a sweep that is put together in a program, with trials of the program's own (trainers/function.hpp): to its
/// end, in a new directory. Fails with `invalid_input` where the same as a sweep file would be refused.
Result<Outcome> run(const SweepSpec& spec, std::shared_ptr<TrainableFactory> factory, const RunOptions& options = {});

/// Goes on with it after an interrupt or a crash.
Result<Outcome> resume(const std::filesystem::path& dir, std::shared_ptr<TrainableFactory> factory,
                       const RunOptions& options = {});

}  // namespace winnow

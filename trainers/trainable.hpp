/// What a slot runs. One object per attempt; it is used from one thread at a time, except `cancel`.
///
/// The interface is a slice: `advance` trains up to the next report and returns it; that the trial goes on is said by
/// the next call. So a trial can be paused, saved or dropped between slices, and slots need no threads of their own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/core/verdict.hpp>
#include <winnow/space/domain.hpp>
#include <winnow/trainers/devices.hpp>
#include <winnow/trainers/rank_place.hpp>

namespace winnow {

/// Draws a value for a parameter that turns up while the trial runs (define-by-run): recorded before it returns, and
/// the same again for the same name. Called on the slot's thread, during a slice of `Placement::own_thread`. Fails with
/// `invalid_input` for another domain under a name that the trial has, with `cancelled` when the sweep ends.
using SuggestFn = std::function<Result<Value>(std::string_view name, const Domain& domain)>;

/// What a trainable may know of its trial.
struct TrialContext {
  TrialId trial = 0;
  Attempt attempt = 1;
  std::uint64_t seed = 0;           ///< the trial's own: what it draws should come from this, not from its number
  Assignment params;                ///< full names to values
  std::filesystem::path directory;  ///< base of relative paths in options: the sweep file's folder
  std::filesystem::path home{};     ///< the trial's own folder in the run directory; not made yet
  std::optional<Step> from_step{};  ///< the checkpoint that `restore` will be given, if any
  SuggestFn suggest{};              ///< may be empty: then there is no define-by-run
  RankPlace ranks{};                ///< of several processes that train the trial together, this one
  DeviceShare devices{};            ///< its slot's; the next trial of the slot has the same
  bool own_process = false;         ///< nothing but this attempt trains in its process
};

/// One report of a slice. Without a step it is the last step + 1.
struct StepReport {
  std::optional<Step> step;
  Metrics metrics;
};
/// Several reports that a slice has gathered, at least one, in their order. Those after a verdict other than
/// `continue` are dropped. No checkpoint is saved with them.
using Burst = std::vector<StepReport>;
/// The trainable ended by itself; there is no further slice.
struct Finished {};

using Progress = std::variant<StepReport, Burst, Finished>;

/// Where slices run. `inline_slice`: short ones (well under a millisecond), run on the actor's own thread; thousands of
/// slots share a few threads. `own_thread`: anything that computes or blocks; the slot keeps a thread for it.
enum class Placement { inline_slice, own_thread };

class Trainable {
public:
  virtual ~Trainable() = default;
  /// Trains to the next report. An error (or an exception) fails the attempt alone; `errc::trial_lost`: through no
  /// fault of its own (trial.retries.lost); a message as in trainers/out_of_memory.hpp: its device has no memory left
  /// (trial.retries.oom). `errc::cancelled` after cancel().
  virtual Result<Progress> advance() = 0;
  /// Writes the state after the last slice to `file`, such that `restore` continues bit for bit.
  /// Fails with `errc::unsupported` if it can't save (the default).
  virtual Result<void> save(const std::filesystem::path&) { return fail(errc::unsupported, "this trainer can't save"); }
  /// Continues from a saved state, before the first slice. Hyperparameters are those of this trial's own context, not
  /// those that the state was saved with: population-based training gives a trial another one's state, and changes
  /// them.
  virtual Result<void> restore(const std::filesystem::path&) {
    return fail(errc::unsupported, "this trainer can't restore");
  }
  /// Whether a checkpoint is saved with every report.
  [[nodiscard]] virtual bool can_save() const { return false; }
  /// Whether `save` is to be called when the trial is paused. One that finds only then that it can't fails with
  /// `errc::unsupported`: the trial pauses without a checkpoint.
  [[nodiscard]] virtual bool can_pause() const { return can_save(); }
  /// The first `taken` reports of the last slice are durable, and this is the verdict on the last of them; called
  /// before the next slice, the pause's `save` or the destruction, on the slot's thread. When Winnow itself ends,
  /// `pause` stands for `continue`. Not called for reports that can't be recorded.
  virtual void answered(std::size_t taken, Verdict verdict) noexcept { (void)taken, (void)verdict; }
  /// Asks a slice that is running to return soon. Called from another thread; must not block.
  virtual void cancel() noexcept {}
};

/// Makes trainables; shared by all slots, so `make` may be called from several threads at once.
class TrainableFactory {
public:
  virtual ~TrainableFactory() = default;
  virtual Result<std::unique_ptr<Trainable>> make(const TrialContext& context) = 0;
  /// Before a sweep: what `make` would say of these parameters. A trial may have others beside them.
  virtual Result<void> check(const Assignment& example) { return (void)example, Result<void>{}; }
  /// For people: why there is one report only, at the end, and what would be right. Empty: there are more.
  [[nodiscard]] virtual std::string reports_once() const { return {}; }
  /// Whether its trials draw from a generator that all threads of the process share (LibTorch's own): those that train
  /// side by side in threads aren't repeatable then.
  [[nodiscard]] virtual bool shares_draws() const { return false; }
  /// Whether its trials compute on the devices that their slots have.
  [[nodiscard]] virtual bool uses_devices() const { return true; }
  /// Whether several processes can train a trial together (TrialContext::ranks).
  [[nodiscard]] virtual bool takes_ranks() const { return false; }
  /// Where its trainables' slices run, `make` included.
  [[nodiscard]] virtual Placement placement() const { return Placement::own_thread; }
  /// When Winnow ends: true, its trainables are cancelled at once and save by themselves; false, the running slice may
  /// report first.
  [[nodiscard]] virtual bool cancelled_at_once() const { return false; }
  /// How long after `trial.grace` a cancelled slice may still need, before its thread is given up.
  [[nodiscard]] virtual std::chrono::milliseconds extra_grace() const { return {}; }
};

}  // namespace winnow

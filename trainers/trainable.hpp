/// What a slot runs. One object per attempt; it is used from one thread at a time, except `cancel`.
///
/// The interface is a slice: `advance` trains up to the next report and returns it; that the trial goes on is said by
/// the next call. So a trial can be paused, saved or dropped between slices, and slots need no threads of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include <winnow/core/assignment.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/report.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow {

/// What a trainable may know of its trial.
struct TrialContext {
  TrialId trial = 0;
  Attempt attempt = 1;
  std::uint64_t seed = 0;           ///< the trial's own: what it draws should come from this, not from its number
  Assignment params;                ///< full names to values
  std::filesystem::path directory;  ///< base of relative paths in options: the sweep file's folder
};

/// One report of a slice. Without a step it is the last step + 1.
struct StepReport {
  std::optional<Step> step;
  Metrics metrics;
};
/// The trainable ended by itself; there is no further slice.
struct Finished {};

using Progress = std::variant<StepReport, Finished>;

/// Where slices run. `inline_slice`: short ones (well under a millisecond), run on the actor's own thread; thousands of
/// slots share a few threads. `own_thread`: anything that computes or blocks; the slot keeps a thread for it.
enum class Placement { inline_slice, own_thread };

class Trainable {
public:
  virtual ~Trainable() = default;
  /// Trains to the next report. An error (or an exception) fails the attempt alone. `errc::cancelled` after cancel().
  virtual Result<Progress> advance() = 0;
  /// Writes the state after the last slice to `file`, such that `restore` continues bit for bit.
  /// Fails with `errc::unsupported` if it can't save (the default).
  virtual Result<void> save(const std::filesystem::path&) { return fail(errc::unsupported, "this trainer can't save"); }
  /// Continues from a saved state, before the first slice.
  virtual Result<void> restore(const std::filesystem::path&) {
    return fail(errc::unsupported, "this trainer can't restore");
  }
  [[nodiscard]] virtual bool can_save() const { return false; }
  /// Asks a slice that is running to return soon. Called from another thread; must not block.
  virtual void cancel() noexcept {}
};

/// Makes trainables; shared by all slots, so `make` may be called from several threads at once.
class TrainableFactory {
public:
  virtual ~TrainableFactory() = default;
  virtual Result<std::unique_ptr<Trainable>> make(const TrialContext& context) = 0;
  /// Where its trainables' slices run, `make` included.
  [[nodiscard]] virtual Placement placement() const { return Placement::own_thread; }
};

}  // namespace winnow

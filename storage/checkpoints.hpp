/// Model checkpoints: `trial-3/step-9/{state,manifest.json}` in a directory of their own (docs/formats.md).
///
/// `state` is the trainable's own file. The manifest holds its length and CRC-32. Both are written in a hidden
/// directory, synced, and become visible by one rename of that directory: a checkpoint is there whole or not at all,
/// and one whose bytes changed afterwards is found out and passed over.
///
/// An attempt of a trial takes it over from the one before: whatever an older attempt saves from then on is refused, so
/// that a thread which was given up, and wakes late, can't mix its state with that of the attempt that goes on.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>

namespace winnow {

/// May be used by several threads at once, for one trial too. Only `known` never waits for a disk.
class CheckpointStore {
public:
  using Writer = std::function<Result<void>(const std::filesystem::path&)>;

  /// Exempts a checkpoint from retention while it lives, before or after it is saved; one for others also from `close`.
  /// Must not outlive the store.
  class Pin {
  public:
    Pin(Pin&& other) noexcept
        : store_(std::exchange(other.store_, nullptr)),
          trial_(other.trial_),
          step_(other.step_),
          for_others_(other.for_others_) {}
    Pin& operator=(Pin&& other) noexcept {
      std::swap(store_, other.store_);
      std::swap(trial_, other.trial_);
      std::swap(step_, other.step_);
      std::swap(for_others_, other.for_others_);
      return *this;
    }
    ~Pin();
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;
    [[nodiscard]] TrialId trial() const { return trial_; }
    [[nodiscard]] Step step() const { return step_; }

  private:
    friend class CheckpointStore;
    Pin(CheckpointStore& store, TrialId trial, Step step, bool for_others)
        : store_(&store), trial_(trial), step_(step), for_others_(for_others) {}
    CheckpointStore* store_;
    TrialId trial_;
    Step step_;
    bool for_others_;
  };

  /// Keeps the `keep_last` last saved and the `keep_best` best of each trial, both >= 0; the directory is made by the
  /// first save.
  CheckpointStore(std::filesystem::path dir, int keep_last, int keep_best);
  ~CheckpointStore();
  CheckpointStore(const CheckpointStore&) = delete;
  CheckpointStore& operator=(const CheckpointStore&) = delete;

  // --- for the directory's owner

  /// Clears what a crash left behind, and takes note of what is there; before anything else. A line to `warnings`, if
  /// given, for each checkpoint that can't be read.
  Result<void> recover(std::vector<std::string>* warnings = nullptr);

  /// Lets `write` make the file at the path it is given, then publishes it, replacing the trial's checkpoint of that
  /// step. `merit` says how good the model is (greater is better; non-finite: worst; none: never among the best).
  /// Then removes what retention doesn't keep. When it returns, the checkpoint has reached the disk. Fails with
  /// `stale_attempt`, and changes nothing, if a later attempt has the trial, or the trial is closed.
  Result<void> save(TrialId trial, Attempt attempt, Step step, std::optional<double> merit, const Writer& write);

  /// The last saved checkpoint at or below `at_most`, as far as this store knows: no file is looked at.
  [[nodiscard]] std::optional<Step> known(TrialId trial, Step at_most) const;

  /// The attempt takes the trial over. The last saved checkpoint at or below `at_most` (none: none is wanted) whose
  /// bytes are right; each that had to be passed over adds a line to `warnings`, if given, and isn't `known` any more.
  /// Fails as `save` does.
  Result<std::optional<Step>> claim(TrialId trial, Attempt attempt, std::optional<Step> at_most,
                                    std::vector<std::string>* warnings = nullptr);

  /// The attempt takes the trial over, and goes on as the donor stood at `step`: the donor's checkpoint of that step is
  /// the trial's only one from now on. Its bytes are on the disk once (a hard link), where the file system can do that.
  /// Has no effect where it has been adopted before. Fails with `io` or `corrupt`, and changes nothing else, if the
  /// donor's isn't there or isn't whole; else as `save` does.
  Result<void> adopt(TrialId trial, Attempt attempt, TrialId donor, Step step);

  [[nodiscard]] Pin pin(TrialId trial, Step step) { return pin(trial, step, false); }
  /// Of a checkpoint that another trial may go on from (`adopt`).
  [[nodiscard]] Pin pin_for_others(TrialId trial, Step step) { return pin(trial, step, true); }

  /// The trial is over with this attempt: what only a later one of its own would need is removed, pinned or not, and
  /// nothing more is saved, until a later attempt takes it over (`claim`). Without effect on a trial of which the store
  /// has no files, or that a later attempt has already.
  Result<void> close(TrialId trial, Attempt attempt);

  // --- for anyone, also while another process saves

  /// The last saved checkpoint at or below `at_most` whose bytes are right.
  Result<std::optional<Step>> newest(TrialId trial, Step at_most, std::vector<std::string>* warnings = nullptr) const;
  /// The one of the greatest merit (equal: the one saved later) whose bytes are right.
  Result<std::optional<Step>> best(TrialId trial, std::vector<std::string>* warnings = nullptr) const;

  /// The trainable's file, there or not.
  [[nodiscard]] std::filesystem::path path(TrialId trial, Step step) const;

private:
  struct Saved;
  struct Files;
  using Lock = std::unique_lock<std::mutex>;

  [[nodiscard]] std::filesystem::path trial_dir(TrialId trial) const;
  [[nodiscard]] std::filesystem::path step_dir(TrialId trial, Step step) const;
  [[nodiscard]] std::shared_ptr<Files> files_of(TrialId trial);
  /// With the trial's lock held: the attempt has the trial from here on, or is refused.
  Result<void> take_over(TrialId trial, Attempt attempt, Files& files);
  void load(TrialId trial, Files& files, std::vector<std::string>* warnings);
  Result<void> publish(TrialId trial, Step step, const std::filesystem::path& made) const;
  [[nodiscard]] std::vector<Step> unwanted(const Files& files, bool pins_count) const;
  void remove(TrialId trial, Files& files, const std::vector<Step>& steps);
  [[nodiscard]] Pin pin(TrialId trial, Step step, bool for_others);
  void unpin(TrialId trial, Step step, bool for_others);

  std::filesystem::path dir_;
  int keep_last_;
  int keep_best_;
  mutable std::mutex mutex_;  ///< guards the map and, in its values, what is known; never held while a disk works
  std::map<TrialId, std::shared_ptr<Files>> trials_;
};

}  // namespace winnow

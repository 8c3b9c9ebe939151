/// Model checkpoints: `trial-3/step-9/{state,manifest.json}` in a directory of their own (docs/formats.md).
///
/// `state` is the trainable's own file. The manifest holds its length and CRC-32. Both are written in a hidden
/// directory, synced, and become visible by one rename of that directory: a checkpoint is there whole or not at all,
/// and one whose bytes changed afterwards is found out and passed over.
#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>

namespace winnow {

/// Different trials may save at the same time; one trial's calls come one after the other.
class CheckpointStore {
public:
  using Writer = std::function<Result<void>(const std::filesystem::path&)>;

  /// Keeps the `keep_last` last saved and the `keep_best` best of each trial, both >= 0; the directory is made by the
  /// first save.
  CheckpointStore(std::filesystem::path dir, int keep_last, int keep_best);

  /// Lets `write` make the file at the path it is given, then publishes it, replacing the trial's checkpoint of that
  /// step. `merit` says how good the model is (greater is better; non-finite: worst; none: never among the best).
  /// Then removes what retention doesn't keep. When it returns, the checkpoint has reached the disk.
  Result<void> save(TrialId trial, Step step, std::optional<double> merit, const Writer& write);

  /// The last saved checkpoint at or below `at_most` whose bytes are right. Each that had to be passed over adds a line
  /// to `warnings`, if given.
  Result<std::optional<Step>> newest(TrialId trial, Step at_most, std::vector<std::string>* warnings = nullptr) const;
  /// The one of the greatest merit (equal: the one saved later) whose bytes are right.
  Result<std::optional<Step>> best(TrialId trial, std::vector<std::string>* warnings = nullptr) const;

  /// The trainable's file, there or not.
  [[nodiscard]] std::filesystem::path path(TrialId trial, Step step) const;

  /// Exempts a checkpoint from retention (a paused trial's), before or after it is saved, while this store lives.
  void keep(TrialId trial, Step step);
  /// Takes `keep` back; the next save may then remove it.
  void release(TrialId trial, Step step);

  /// Clears what a crash left behind; only the directory's owner may call it, before any save.
  Result<void> remove_temporaries();

private:
  [[nodiscard]] std::filesystem::path trial_dir(TrialId trial) const;
  [[nodiscard]] std::filesystem::path step_dir(TrialId trial, Step step) const;
  [[nodiscard]] bool is_kept(TrialId trial, Step step) const;
  Result<void> publish(TrialId trial, Step step, const std::filesystem::path& made) const;
  void prune(TrialId trial) const;

  std::filesystem::path dir_;
  int keep_last_;
  int keep_best_;
  mutable std::mutex mutex_;  ///< guards kept_
  std::set<std::pair<TrialId, Step>> kept_;
};

}  // namespace winnow

/// A run directory (docs/semantics.md, "One directory, one sweep"). This header is the list of the names within.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>

namespace winnow {

struct RunDir {
  std::filesystem::path root;

  /// Makes the directory (and those above it) with its subfolders, and stores the sweep file as it was given, as
  /// `sweep.json` if `sweep_name` ends so, else as `sweep.yaml`. Fails with `invalid_input` if `root` exists and isn't
  /// empty; what a run left that died before it had a ledger is replaced.
  static Result<RunDir> create(const std::filesystem::path& root, std::string_view sweep_name, std::string_view sweep);
  /// Fails with `invalid_input` if there is no run.
  static Result<RunDir> open(const std::filesystem::path& root);

  /// `sweep.yaml` or `sweep.json`, whichever is there.
  [[nodiscard]] std::filesystem::path sweep_file() const;
  [[nodiscard]] std::filesystem::path ledger() const { return root / "ledger.db"; }
  [[nodiscard]] std::filesystem::path metrics() const { return root / "metrics.h5"; }
  [[nodiscard]] std::filesystem::path checkpoints() const { return root / "checkpoints"; }
  [[nodiscard]] std::filesystem::path logs() const { return root / "logs"; }
  /// A trial's own folder (what a program prints, its checkpoints); made by who needs it.
  [[nodiscard]] std::filesystem::path trial(TrialId number) const { return root / "trials" / std::to_string(number); }
  /// Where the process that runs the sweep takes commands (a socket).
  static constexpr const char* kControl = "control";
  [[nodiscard]] std::filesystem::path control() const { return root / kControl; }
  [[nodiscard]] std::filesystem::path lock() const { return root / "lock"; }
};

/// Who runs the sweep of a directory: held from `acquire` to destruction or the death of the process, however it dies.
/// The file stays; its content (`{"host", "pid", "since"}`) is for messages only, the kernel's lock is what counts.
class DirLock {
public:
  /// Fails with `busy` and `DIR: is run by pid 123 on host since 2026-01-31T12:00:00Z`.
  static Result<DirLock> acquire(const RunDir& dir);
  /// `pid 123 on host since 2026-01-31T12:00:00Z`, or nothing if nobody holds it. Changes nothing.
  static std::optional<std::string> owner(const RunDir& dir);

private:
  DirLock(Fd file, Fd directory) : file_(std::move(file)), directory_(std::move(directory)) {}
  Fd file_;
  Fd directory_;  ///< locked as well, where its file system can: the file may be deleted, the directory not
};

}  // namespace winnow

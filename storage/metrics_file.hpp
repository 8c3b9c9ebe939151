/// The metrics file: the sweep's trials, parameters, reports and verdicts as HDF5 tables that people read, with h5py
/// say, while the sweep runs (docs/semantics.md, "The metrics file"; its tables: docs/formats.md, "The metrics file").
///
/// It is a projection of the ledger and never goes before it: what it may have lost is in the ledger. SWMR (single
/// writer, multiple readers): every dataset is made before that mode starts, none has a variable-length type, and a row
/// never refers to a name or text that was flushed after it. `applied` is written last.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include <winnow/core/result.hpp>
#include <winnow/storage/ledger.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow {

/// Not for two threads at once. Readers need no lock: HDF5's file locking is off for this file.
class MetricsFile {
public:
  /// A new, empty file in SWMR mode, in place of one of that name.
  static Result<MetricsFile> create(const std::filesystem::path& path);
  /// For a directory that one owns: makes the file anew from the ledger, which puts right whatever a kill left. A file
  /// that was there is replaced at once by the whole new one; who reads the old goes on with that.
  static Result<MetricsFile> open_or_rebuild(const std::filesystem::path& path, const Ledger& ledger);

  MetricsFile(MetricsFile&&) noexcept;
  MetricsFile& operator=(MetricsFile&&) noexcept;
  /// Closes the file, so that it can be opened without SWMR; what wasn't flushed is lost.
  ~MetricsFile();

  /// Takes one event into memory; events must come in the order of seq, without gaps.
  void apply(const Event& event);
  /// Appends what `apply` has gathered; readers then see it.
  Result<void> flush();
  /// Applies and flushes the ledger's events after `applied()`.
  Result<void> catch_up(const Ledger& ledger);
  /// Flushes, leaves SWMR mode, adds the wide tables and closes: the last call. Readers must open the file anew.
  Result<void> finish();

  /// seq of the last event applied; 0 at first.
  [[nodiscard]] std::int64_t applied() const;

private:
  class Impl;
  explicit MetricsFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow

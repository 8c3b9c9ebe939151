/// Whether the ledger that a process writes is still the file of its name. SQLite goes on writing a file that was
/// deleted, replaced or moved; without a look at it now and then a sweep would train for nothing.
#pragma once

#include <filesystem>
#include <optional>

#include <winnow/base/file.hpp>
#include <winnow/core/result.hpp>
#include <winnow/storage/run_dir.hpp>

namespace winnow {

struct LostLedger {
  Error error;                     ///< what became of it, and what to do
  std::filesystem::path moved_to;  ///< its run directory now; empty: it is in none
};

/// `look` may be called from several threads at once.
class LedgerWatch {
public:
  /// `dir` is open for writing.
  explicit LedgerWatch(const RunDir& dir);
  /// Nothing while all is well. Two system calls.
  [[nodiscard]] std::optional<LostLedger> look() const;

private:
  std::filesystem::path path_;
  Fd file_;           ///< O_PATH: to close it takes no lock of SQLite's away, as to close another descriptor would
  bool was_missing_;  ///< gone before the watch began
};

}  // namespace winnow

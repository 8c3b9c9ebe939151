/// The ledger: every event of a sweep in one SQLite file, in order (SEMANTICS §11; columns in docs/formats.md).
///
/// Invariants: `append` writes all of its events or none; with `Durability::full` they are on the disk when it returns;
/// an event never changes and `seq` has no gaps. One process writes (the directory's lock sees to it); others may read
/// at the same time through `open_read_only`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include <winnow/core/result.hpp>
#include <winnow/sweep/event.hpp>
#include <winnow/sweep/spec.hpp>

namespace winnow {

/// Not for two threads at once; give each its own.
class Ledger {
public:
  /// Makes a new, empty ledger; after a crash it is there whole or not at all. Fails if `file` exists.
  static Result<Ledger> create(const std::filesystem::path& file, Durability durability);
  /// For writing. A newer schema is refused (`unsupported`), an older one migrated; no ledger: `corrupt`.
  static Result<Ledger> open(const std::filesystem::path& file, Durability durability);
  /// Sees what is committed, while another process writes too; `append` fails.
  static Result<Ledger> open_read_only(const std::filesystem::path& file);

  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  /// Gives each event its `seq` and writes all of them in one transaction; returns the last seq. With
  /// `Durability::relaxed` a power cut (not a crash of the process) may lose the last transactions, never an earlier
  /// one without the later ones. On failure nothing is written and the events' seq are 0.
  Result<std::int64_t> append(std::span<Event> events);

  /// Calls `visit` for every event with seq > `after`, in order; the reference is good during the call only. `visit`
  /// must not use this ledger.
  Result<void> read(std::int64_t after, const std::function<void(const Event&)>& visit) const;

  /// 0 if it is empty.
  [[nodiscard]] Result<std::int64_t> last_seq() const;

private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow

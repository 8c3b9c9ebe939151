/// The ledger: every event of a sweep in one SQLite file, in order (docs/semantics.md, "The ledger"; its columns:
/// docs/formats.md, "The ledger").
///
/// Invariants: `append` writes all of its events or none; with `Durability::full` they are on the disk when it returns;
/// an event never changes and `seq` has no gaps. What is read is what was written, or there is an error (`corrupt`):
/// every row has a checksum, and the last seq stands in the file twice. One process writes (the directory's lock sees
/// to it); others may read at the same time through `open_read_only`, unless it was opened with `Locking::exclusive`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow {

/// How the ledger's file is shared while it is open for writing.
enum class Locking {
  shared,    ///< others may read it; needs memory that processes share through the file
  exclusive  ///< nobody else may open it; needs nothing but locks, as on a network file system
};

struct LedgerAccess {
  Locking locking = Locking::shared;
  std::string vfs = {};  ///< SQLite's name of the file system to use (sqlite3_vfs_register); empty: the default
};

/// Good for several threads: each call is done when the one before it is.
class Ledger {
public:
  static constexpr std::int64_t kAll = std::numeric_limits<std::int64_t>::max();

  /// Makes a new ledger with these events in it, which get their `seq`; after a crash it is there with all of them or
  /// not at all. Fails if `file` exists.
  static Result<Ledger> create(const std::filesystem::path& file, Durability durability,
                               const LedgerAccess& access = {}, std::span<Event> first = {});
  /// For writing. A newer schema is refused (`unsupported`), an older one migrated; no ledger: `corrupt`. With
  /// `Locking::exclusive` locking, writing and syncing are tried out first.
  static Result<Ledger> open(const std::filesystem::path& file, Durability durability, const LedgerAccess& access = {});
  /// Sees what is committed, while another process writes too; `append` fails. Fails with `busy` if another process (or
  /// this one) has opened it with `Locking::exclusive`, and with `unsupported` if its schema is too old to be read as
  /// it is.
  static Result<Ledger> open_read_only(const std::filesystem::path& file);
  /// Deletes it, with what SQLite has beside it.
  static void remove(const std::filesystem::path& file);
  /// True if `open` would migrate the file.
  static Result<bool> has_old_schema(const std::filesystem::path& file);

  Ledger(Ledger&&) noexcept;
  Ledger& operator=(Ledger&&) noexcept;
  ~Ledger();

  /// Gives each event its `seq` and writes all of them in one transaction; returns the last seq. An event that has a
  /// number already must have the one that is its turn, else nothing is written (`illegal_state`). With
  /// `Durability::relaxed` a power cut (not a crash of the process) may lose the last transactions, never an earlier
  /// one without the later ones. On failure the events' seq are 0; they aren't read back, unless the disk failed in the
  /// very last sync: then all of them may be there when the file is opened again.
  Result<std::int64_t> append(std::span<Event> events);

  /// Calls `visit` for the first `limit` events with seq > `after`, in order; the reference is good during the call
  /// only. `visit` must not use this ledger. Others wait meanwhile: where they shouldn't, read in portions.
  Result<void> read(std::int64_t after, const std::function<void(const Event&)>& visit,
                    std::int64_t limit = kAll) const;

  /// From now on keeps in memory what is appended, up to `most` events, for one reader who follows from this process.
  void keep_tail(std::size_t most) const;
  /// Calls `visit` for those of them with seq > `after`, in order, and keeps them no longer. False if some of them
  /// weren't kept: `read` has all.
  bool take_tail(std::int64_t after, const std::function<void(const Event&)>& visit) const;

  /// 0 if it is empty.
  [[nodiscard]] Result<std::int64_t> last_seq() const;

  /// For the appends from now on.
  Result<void> set_durability(Durability durability);

  /// Makes a ledger of what is committed at `file`, which must not exist; one file, for reading. Appends go on between
  /// its steps. On failure nothing is left.
  Result<void> copy_to(const std::filesystem::path& file) const;

  [[nodiscard]] Locking locking() const;

private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow

#include <winnow/storage/ledger.hpp>

#include <fmt/format.h>

#include <utility>

#include <winnow/base/file.hpp>
#include <winnow/storage/ledger/impl.hpp>
#include <winnow/storage/ledger/schema.hpp>

namespace winnow {

namespace fs = std::filesystem;
using namespace ledger_schema;

namespace {

/// Locking comes first: it says whether the write-ahead log needs shared memory.
void lock_exclusively(SQLite::Database& db) {
  db.exec("PRAGMA locking_mode = EXCLUSIVE");
}

/// Removes a database with what SQLite may have left beside it.
void remove_parts(const fs::path& file) {
  std::error_code ignored;
  for (const char* part : {"", "-journal", "-wal", "-shm"}) fs::remove(file.string() + part, ignored);
}

Result<void> use_write_ahead_log(SQLite::Database& db, const fs::path& file) {
  if (db.execAndGet("PRAGMA journal_mode = WAL").getString() == "wal") return {};
  return fail(errc::io, file.string() +
                            ": its file system allows no write-ahead log that processes share; set "
                            "WINNOW_LEDGER_LOCKING=exclusive, or name a directory on another one");
}

/// `body(database, schema)` with the file opened to be read.
template <class Body>
auto reading(const fs::path& file, Body body) -> decltype(body(std::declval<SQLite::Database>(), 0)) {
  if (auto there = require_file(file); !there) return fail(there.error());
  auto result = guarded(file, "open the ledger", [&]() -> decltype(body(std::declval<SQLite::Database>(), 0)) {
    SQLite::Database db = open_to_read(file);
    const auto schema = known_schema(db, file);
    if (!schema) return fail(schema.error());
    return body(std::move(db), *schema);
  });
  if (result || result.error().code != errc::busy) return result;
  return fail(errc::busy, file.string() +
                              ": is locked by the process that runs the sweep, which shares it with nobody (as on a "
                              "network file system); ask that process, on its host, or read it when it has ended");
}

}  // namespace

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::Ledger(Ledger&&) noexcept = default;
Ledger& Ledger::operator=(Ledger&&) noexcept = default;
Ledger::~Ledger() = default;

Result<Ledger> Ledger::create(const fs::path& file, Durability durability, const LedgerAccess& access,
                              std::span<Event> first) {
  if (auto free = require_free(file); !free) return fail(free.error());
  const fs::path temporary = file.string() + ".new";
  const auto made = guarded(file, "make the ledger", [&]() -> Result<void> {
    remove_parts(temporary);
    // Nobody sees this file before it is whole: one sync at the end stands for SQLite's own.
    SQLite::Database db(temporary.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, access.vfs);
    lock_exclusively(db);
    db.exec("PRAGMA synchronous = OFF");
    db.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
    migrate(db);
    Impl born(temporary, std::move(db), true, Locking::exclusive);
    if (auto written = born.append(first); !written) return fail(written.error());
    return use_write_ahead_log(born.database(), file);
  });
  if (!made) return fail(made.error());
  if (auto synced = posix::sync(temporary); !synced) return fail(synced.error());
  if (auto renamed = posix::rename(temporary, file); !renamed) return fail(renamed.error());
  return open(file, durability, access);
}

Result<Ledger> Ledger::open(const fs::path& file, Durability durability, const LedgerAccess& access) {
  if (auto there = require_file(file); !there) return fail(there.error());
  return guarded(file, "open the ledger", [&]() -> Result<Ledger> {
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kBusyMilliseconds, access.vfs);
    if (access.locking == Locking::exclusive) lock_exclusively(db);
    if (auto known = known_schema(db, file); !known) return fail(known.error());
    if (auto done = use_write_ahead_log(db, file); !done) return fail(done.error());
    db.exec("PRAGMA synchronous = FULL");
    migrate(db);
    Ledger ledger(std::make_unique<Impl>(file, std::move(db), true, access.locking));
    if (access.locking == Locking::exclusive) ledger.impl_->try_out();
    ledger.impl_->set_durability(durability);
    return ledger;
  });
}

void Ledger::remove(const fs::path& file) {
  remove_parts(file);
}

Result<Ledger> Ledger::open_read_only(const fs::path& file) {
  return reading(file, [&](SQLite::Database db, int schema) -> Result<Ledger> {
    if (schema < kReadable) {
      return fail(errc::unsupported, fmt::format("{}: has the old schema {}; `winnow resume` brings it to schema {}",
                                                 file.string(), schema, kSchema));
    }
    db.setBusyTimeout(kBusyMilliseconds);
    return Ledger(std::make_unique<Impl>(file, std::move(db), false, Locking::shared));
  });
}

Result<bool> Ledger::has_old_schema(const fs::path& file) {
  return reading(file, [](const SQLite::Database&, int schema) -> Result<bool> { return schema < kSchema; });
}

Result<std::int64_t> Ledger::append(std::span<Event> events) {
  if (!impl_->writable()) return fail(errc::illegal_state, impl_->file.string() + ": was opened to be read");
  return guarded(impl_->file, "write events", [&] { return impl_->append(events); });
}

Result<void> Ledger::read(std::int64_t after, const std::function<void(const Event&)>& visit,
                          std::int64_t limit) const {
  return guarded(impl_->file, "read events", [&]() -> Result<void> {
    impl_->read(after, visit, limit);
    return {};
  });
}

void Ledger::keep_tail(std::size_t most) const {
  impl_->tail.keep(most);
}

bool Ledger::take_tail(std::int64_t after, const std::function<void(const Event&)>& visit) const {
  return impl_->tail.take(after, visit);
}

Result<std::int64_t> Ledger::last_seq() const {
  return guarded(impl_->file, "read events", [&]() -> Result<std::int64_t> { return impl_->last_seq(); });
}

Result<void> Ledger::set_durability(Durability durability) {
  return guarded(impl_->file, "change the durability", [&]() -> Result<void> {
    impl_->set_durability(durability);
    return {};
  });
}

Result<void> Ledger::copy_to(const fs::path& file) const {
  // SQLite takes an empty name, or ":memory:", for a database of its own that is gone when it is closed.
  if (!file.is_absolute()) return fail(errc::invalid_input, "'" + file.string() + "': must be an absolute path");
  if (auto free = require_free(file); !free) return fail(free.error());
  auto copied = guarded(impl_->file, "copy it to " + file.string(), [&]() -> Result<void> {
    impl_->copy_to(file);
    return {};
  });
  if (!copied) remove_parts(file);
  return copied;
}

Locking Ledger::locking() const {
  return impl_->locking;
}

}  // namespace winnow

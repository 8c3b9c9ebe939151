#include <winnow/storage/ledger/schema.hpp>

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <system_error>

namespace winnow::ledger_schema {

int pragma(SQLite::Database& db, const char* name) {
  return db.execAndGet(std::string("PRAGMA ") + name).getInt();
}

namespace {

/// Gives the rows of an older schema their checksums. One at a time: a table isn't changed while it is read.
void add_checksums(SQLite::Database& db) {
  Statement name(db, "SELECT name FROM names WHERE id = ?");
  Statement set_name(db, "UPDATE names SET crc = ? WHERE id = ?");
  for (std::int64_t id = 0;; ++id, name.reset()) {
    name.bind(1, id);
    if (!name.step()) break;
    set_name.bind(1, std::int64_t{ledger_row::checksum_of_name(id, name.bytes(0))});
    set_name.bind(2, id);
    set_name.run();
  }
  Statement event(db, fmt::format("SELECT {} FROM events WHERE seq = ?", ledger_row::kColumns));
  Statement set_event(db, "UPDATE events SET crc = ? WHERE seq = ?");
  const std::int64_t last = db.execAndGet("SELECT coalesce(max(seq), 0) FROM events").getInt64();
  for (std::int64_t seq = 1; seq <= last; ++seq, event.reset()) {
    event.bind(1, seq);
    if (!event.step()) throw Damage(fmt::format("event {} is missing", seq));
    set_event.bind(1, std::int64_t{ledger_row::checksum_of(ledger_row::row_at(event))});
    set_event.bind(2, seq);
    set_event.run();
  }
  db.exec(fmt::format("INSERT INTO head VALUES (0, {}, {})", last, ledger_row::checksum_of_head(last)));
}

/// Only a connection that may write takes `-wal` and `-shm` away when it is the last: so that a reader leaves the
/// ledger as one file, whole by itself, it is one of these wherever it can be, and is kept from writing.
std::optional<SQLite::Database> open_to_tidy(const std::filesystem::path& file) {
  try {
    SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kReaderBusyMilliseconds);
    if (sqlite3_db_readonly(db.getHandle(), "main") != 0) return std::nullopt;
    db.exec("PRAGMA query_only = 1");
    pragma(db, "user_version");
    return db;
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() != SQLITE_CANTOPEN && e.getErrorCode() != SQLITE_READONLY) throw;
    return std::nullopt;
  }
}

errc code_of(const SQLite::Exception& e) {
  switch (e.getErrorCode()) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
    case SQLITE_ERROR:  // our statements are right: its tables are not what they were
      return errc::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return errc::busy;
    default: return errc::io;
  }
}

/// What failed, and what the operating system said to it, as far as that is known: ` in writing (File too large)`.
std::string details(const SQLite::Exception& e, int error) {
  if (e.getErrorCode() != SQLITE_IOERR) return "";
  std::string text;
  switch (e.getExtendedErrorCode()) {
    case SQLITE_IOERR_LOCK:
    case SQLITE_IOERR_RDLOCK:
    case SQLITE_IOERR_UNLOCK:
    case SQLITE_IOERR_CHECKRESERVEDLOCK:
    case SQLITE_IOERR_SHMLOCK: text = " in locking"; break;
    case SQLITE_IOERR_SHMOPEN:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMMAP: text = " in sharing memory"; break;
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC: text = " in syncing"; break;
    case SQLITE_IOERR_WRITE: text = " in writing"; break;
    case SQLITE_IOERR_TRUNCATE: text = " in truncating"; break;
    case SQLITE_IOERR_READ:
    case SQLITE_IOERR_SHORT_READ: text = " in reading"; break;
    default: break;
  }
  const bool probing = error == 0 || error == ENOENT || error == EAGAIN || error == EINTR;
  return probing ? text : text + " (" + std::generic_category().message(error) + ")";
}

}  // namespace

void migrate(SQLite::Database& db) {
  if (pragma(db, "user_version") == kSchema) return;
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  const int from = pragma(db, "user_version");
  for (int schema = from; schema < kSchema; ++schema) db.exec(kMigrations.at(static_cast<std::size_t>(schema)));
  if (from < kChecksums) add_checksums(db);
  db.exec(fmt::format("PRAGMA user_version = {}", kSchema));
  transaction.commit();
}

Result<int> known_schema(SQLite::Database& db, const std::filesystem::path& file) {
  if (pragma(db, "application_id") != kApplicationId) {
    return fail(errc::corrupt, file.string() + ": is not a Winnow ledger");
  }
  const int schema = pragma(db, "user_version");
  if (schema >= 1 && schema <= kSchema) return schema;
  if (schema < 1)
    return fail(errc::corrupt, fmt::format("{}: is not a Winnow ledger (schema {})", file.string(), schema));
  return fail(errc::unsupported,
              fmt::format("{}: has schema {}, and this Winnow knows schemas up to {}; use a newer one", file.string(),
                          schema, kSchema));
}

Result<void> require_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return {};
  return fail(errc::io, file.string() + ": there is no ledger");
}

Result<void> require_free(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::exists(file, error)) return fail(errc::invalid_input, file.string() + ": exists already");
  if (error) return fail(errc::invalid_input, file.string() + ": " + error.message());
  return {};
}

SQLite::Database open_to_read(const std::filesystem::path& file) {
  if (auto db = open_to_tidy(file)) return std::move(*db);
  try {
    SQLite::Database db(file.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, kReaderBusyMilliseconds);
    pragma(db, "user_version");
    return db;
  } catch (const SQLite::Exception& e) {
    std::error_code ignored;
    const bool closed = !std::filesystem::exists(file.string() + "-wal", ignored);
    if (e.getErrorCode() != SQLITE_CANTOPEN || !closed) throw;
    std::string escaped;
    for (const char c : std::filesystem::absolute(file, ignored).string()) {
      escaped += (c == '?' || c == '#' || c == '%') ? fmt::format("%{:02X}", static_cast<unsigned char>(c))
                                                    : std::string(1, c);
    }
    return {"file://" + escaped + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI};
  }
}

Error error_of(const SQLite::Exception& e, const std::filesystem::path& file, std::string_view doing, int error) {
  return {code_of(e), fmt::format("{}: cannot {}: {}{}", file.string(), doing, e.what(), details(e, error))};
}

}  // namespace winnow::ledger_schema

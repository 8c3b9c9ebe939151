/// The ledger's tables by schema number, and how a file is found to be a ledger (docs/formats.md).
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow::ledger_schema {

inline constexpr int kApplicationId = 0x57494E4E;  // "WINN"
inline constexpr int kBusyMilliseconds = 10'000;

/// Entry i takes schema i to schema i + 1.
inline constexpr std::array kMigrations = {
    R"(CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
       CREATE TABLE events (
         seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time REAL, trial INTEGER, attempt INTEGER, step INTEGER,
         verdict INTEGER, rung INTEGER, flags INTEGER, state INTEGER, metrics BLOB, text TEXT, body TEXT);)",
};
inline constexpr int kSchema = static_cast<int>(kMigrations.size());

inline int pragma(SQLite::Database& db, const char* name) {
  return db.execAndGet(std::string("PRAGMA ") + name).getInt();
}

inline void migrate(SQLite::Database& db) {
  if (pragma(db, "user_version") == kSchema) return;
  SQLite::Transaction transaction(db, SQLite::TransactionBehavior::IMMEDIATE);
  for (int schema = pragma(db, "user_version"); schema < kSchema; ++schema) db.exec(kMigrations.at(schema));
  db.exec(fmt::format("PRAGMA user_version = {}", kSchema));
  transaction.commit();
}

inline Result<void> check_schema(SQLite::Database& db, const std::filesystem::path& file, bool can_migrate) {
  if (pragma(db, "application_id") != kApplicationId) {
    return fail(errc::corrupt, file.string() + ": is not a Winnow ledger");
  }
  const int schema = pragma(db, "user_version");
  if (schema > kSchema) {
    return fail(errc::unsupported,
                fmt::format("{}: has schema {}, and this Winnow knows schemas up to {}; use a newer one", file.string(),
                            schema, kSchema));
  }
  if (schema < kSchema && !can_migrate) {
    return fail(errc::unsupported, fmt::format("{}: has the old schema {}; `winnow resume` brings it to schema {}",
                                               file.string(), schema, kSchema));
  }
  return {};
}

inline Result<void> require_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(file, ignored)) return {};
  return fail(errc::io, file.string() + ": there is no ledger");
}

/// A closed ledger on a disk that can't be written has no shared memory beside it; SQLite then reads it as immutable.
inline SQLite::Database open_to_read(const std::filesystem::path& file) {
  try {
    SQLite::Database db(file.string(), SQLite::OPEN_READONLY, kBusyMilliseconds);
    pragma(db, "user_version");
    return db;
  } catch (const SQLite::Exception& e) {
    const bool closed = !std::filesystem::exists(file.string() + "-wal");
    if (e.getErrorCode() != SQLITE_CANTOPEN || !closed) throw;
    std::string escaped;
    for (const char c : std::filesystem::absolute(file).string()) {
      escaped += (c == '?' || c == '#' || c == '%') ? fmt::format("%{:02X}", static_cast<unsigned char>(c))
                                                    : std::string(1, c);
    }
    return {"file://" + escaped + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI};
  }
}

inline errc code_of(const SQLite::Exception& e) {
  switch (e.getErrorCode()) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return errc::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return errc::busy;
    default: return errc::io;
  }
}

/// Runs `body`, which returns a Result, and turns SQLite's exceptions into errors: they end here.
template <class Body>
auto guarded(const std::filesystem::path& file, std::string_view doing, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const SQLite::Exception& e) {
    return fail(code_of(e), fmt::format("{}: cannot {}: {}", file.string(), doing, e.what()));
  }
}

}  // namespace winnow::ledger_schema

/// The ledger's tables by schema number, and how a file is found to be a ledger (docs/formats.md).
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/storage/ledger/row.hpp>

namespace winnow::ledger_schema {

inline constexpr int kApplicationId = 0x57494E4E;  // "WINN"
inline constexpr int kBusyMilliseconds = 10'000;
/// Who only reads finds the file locked for longer than this where its owner keeps it to itself.
inline constexpr int kReaderBusyMilliseconds = 2'000;

/// Entry i takes schema i to schema i + 1.
inline constexpr std::array kMigrations = {
    R"(CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
       CREATE TABLE events (
         seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time REAL, trial INTEGER, attempt INTEGER, step INTEGER,
         verdict INTEGER, rung INTEGER, flags INTEGER, state INTEGER, metrics BLOB, text TEXT, body TEXT);)",
    R"(CREATE TABLE head (id INTEGER PRIMARY KEY, last_seq INTEGER NOT NULL, crc INTEGER NOT NULL);
       ALTER TABLE names ADD COLUMN crc INTEGER;
       ALTER TABLE events ADD COLUMN crc INTEGER;)",
    "",  // the tables stay: what stands in `params` of the first event and in the text of `drawn` is new
    "",  // the tables stay: the recorded sweep says under which rules it stands; the command `retry`
};
inline constexpr int kSchema = static_cast<int>(kMigrations.size());
inline constexpr int kChecksums = 2;  ///< the schema that brought them
inline constexpr int kReadable = 2;   ///< from here on a reader needs no migration

/// What the file says can't be what was written. Becomes `corrupt` in `guarded`.
struct Damage : std::runtime_error {
  using std::runtime_error::runtime_error;
};

int pragma(SQLite::Database& db, const char* name);

/// Brings an older schema's tables to this one's, in one transaction.
void migrate(SQLite::Database& db);

/// The schema's number; fails if the file is no ledger, or one that this Winnow doesn't know.
Result<int> known_schema(SQLite::Database& db, const std::filesystem::path& file);

Result<void> require_file(const std::filesystem::path& file);

/// For a new one.
Result<void> require_free(const std::filesystem::path& file);

/// A closed ledger on a disk that can't be written has no shared memory beside it; SQLite then reads it as immutable.
SQLite::Database open_to_read(const std::filesystem::path& file);

/// What became of `doing`, with what the operating system said to it (`error`: errno) as far as that is known.
Error error_of(const SQLite::Exception& e, const std::filesystem::path& file, std::string_view doing, int error);

/// Runs `body`, which returns a Result, and turns exceptions into errors: they end here.
template <class Body>
auto guarded(const std::filesystem::path& file, std::string_view doing, Body&& body) -> decltype(body()) {
  errno = 0;
  try {
    return body();
  } catch (const Damage& e) {
    return fail(errc::corrupt, fmt::format("{}: is damaged: {}", file.string(), e.what()));
  } catch (const SQLite::Exception& e) {
    return fail(error_of(e, file, doing, errno));
  }
}

}  // namespace winnow::ledger_schema

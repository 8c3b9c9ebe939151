/// Ledgers of schema 1, made by the SQL of its day.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <winnow/storage/ledger/event_row.hpp>

#include "ledger_support.hpp"

namespace winnow::test {

inline constexpr const char* kSchema1 =
    R"(PRAGMA application_id = 0x57494E4E;
       CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
       CREATE TABLE events (
         seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time REAL, trial INTEGER, attempt INTEGER, step INTEGER,
         verdict INTEGER, rung INTEGER, flags INTEGER, state INTEGER, metrics BLOB, text TEXT, body TEXT);
       PRAGMA user_version = 1;)";

inline void insert_as_of_old(SQLite::Database& db, const Event& event, std::int64_t seq, Names& names) {
  const std::size_t known = names.size();
  std::string blob;
  const event_row::Columns columns = event_row::columns_of(event);
  if (columns.metrics != nullptr) event_row::encode_metrics(*columns.metrics, names, blob);
  for (std::size_t id = known; id < names.size(); ++id) {
    SQLite::Statement name(db, "INSERT INTO names VALUES (?, ?)");
    name.bind(1, static_cast<std::int64_t>(id));
    name.bind(2, names[id]);
    name.exec();
  }
  SQLite::Statement row(db, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const std::string body = event_row::encode_body(columns);
  row.bind(1, seq);
  row.bind(2, static_cast<int>(event.kind()));
  row.bind(3, event.time);
  row.bind(4, event.trial);
  row.bind(5, event.attempt);
  row.bind(6, columns.step);
  row.bind(7, static_cast<int>(columns.verdict));
  row.bind(8, columns.rung);
  row.bind(9, columns.flags);
  row.bind(10, static_cast<int>(event.state));
  if (!blob.empty()) row.bind(11, blob.data(), static_cast<int>(blob.size()));
  if (!event.text.empty()) row.bind(12, event.text);
  if (!body.empty()) row.bind(13, body);
  row.exec();
}

/// A closed ledger of random events; returns them.
inline std::vector<Event> write_schema_1(const std::filesystem::path& file, int count) {
  SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(kSchema1);
  RandomEvents random(17);
  std::vector<Event> events;
  Names names;
  SQLite::Transaction transaction(db);
  for (int i = 0; i < count; ++i) {
    events.push_back(random.next());
    if (i == 3) events.back().time = std::nan("");
    events.back().seq = i + 1;
    insert_as_of_old(db, events.back(), i + 1, names);
  }
  transaction.commit();
  return events;
}

}  // namespace winnow::test

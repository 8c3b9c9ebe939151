/// Ledgers of older schemas, made by the SQL of their day.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <winnow/storage/event_row.hpp>

#include "ledger_support.hpp"

namespace winnow {
namespace {

using test::TempDir;
using testing::HasSubstr;

constexpr const char* kSchema1 =
    R"(PRAGMA application_id = 0x57494E4E;
       CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
       CREATE TABLE events (
         seq INTEGER PRIMARY KEY, kind INTEGER NOT NULL, time REAL, trial INTEGER, attempt INTEGER, step INTEGER,
         verdict INTEGER, rung INTEGER, flags INTEGER, state INTEGER, metrics BLOB, text TEXT, body TEXT);
       PRAGMA user_version = 1;)";

void insert_as_of_old(SQLite::Database& db, const Event& event, std::int64_t seq, Names& names) {
  const std::size_t known = names.size();
  std::string blob;
  event_row::encode_metrics(event.metrics, names, blob);
  for (std::size_t id = known; id < names.size(); ++id) {
    SQLite::Statement name(db, "INSERT INTO names VALUES (?, ?)");
    name.bind(1, static_cast<std::int64_t>(id));
    name.bind(2, names[id]);
    name.exec();
  }
  SQLite::Statement row(db, "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const std::string body = event_row::encode_body(event);
  row.bind(1, seq);
  row.bind(2, static_cast<int>(event.kind));
  row.bind(3, event.time);
  row.bind(4, event.trial);
  row.bind(5, event.attempt);
  row.bind(6, event.step);
  row.bind(7, static_cast<int>(event.verdict));
  row.bind(8, event.rung);
  row.bind(9, (event.judged ? event_row::kJudged : 0) | (event.completed ? event_row::kCompleted : 0));
  row.bind(10, static_cast<int>(event.state));
  if (!blob.empty()) row.bind(11, blob.data(), static_cast<int>(blob.size()));
  if (!event.text.empty()) row.bind(12, event.text);
  if (!body.empty()) row.bind(13, body);
  row.exec();
}

std::vector<Event> write_schema_1(const std::filesystem::path& file, int count) {
  SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec(kSchema1);
  test::RandomEvents random(17);
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

TEST(LedgerMigration, OfSchema1KeepsEveryEventAndGivesItAChecksum) {
  const TempDir dir;
  auto events = write_schema_1(dir / "ledger.db", 500);
  EXPECT_TRUE(*Ledger::has_old_schema(dir / "ledger.db"));
  {
    auto ledger = Ledger::open(dir / "ledger.db", Durability::full);
    ASSERT_TRUE(ledger) << ledger.error().message;
    std::vector<Event> more = {test::report(7, 1, {{"new", 1}})};
    ASSERT_EQ(ledger->append(more), 501);
    events.push_back(more[0]);
    EXPECT_TRUE(test::same(test::read_all(*ledger), events));
  }
  EXPECT_FALSE(*Ledger::has_old_schema(dir / "ledger.db"));
  const auto read = test::events_in(dir / "ledger.db");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(test::same(*read, events));

  SQLite::Database db((dir / "ledger.db").string(), SQLite::OPEN_READWRITE);
  EXPECT_EQ(db.execAndGet("SELECT count(*) FROM events WHERE crc IS NULL").getInt(), 0);
  EXPECT_EQ(db.execAndGet("PRAGMA user_version").getInt(), 2);
  db.exec("UPDATE events SET step = step + 1 WHERE seq = 250");
  EXPECT_THAT(test::events_in(dir / "ledger.db").error().message, HasSubstr("event 250: "));
}

TEST(LedgerMigration, OfAnEmptyLedgerAsWell) {
  const TempDir dir;
  write_schema_1(dir / "ledger.db", 0);
  EXPECT_EQ(*Ledger::open(dir / "ledger.db", Durability::full)->last_seq(), 0);
}

TEST(LedgerMigration, IsNotForReaders) {
  const TempDir dir;
  write_schema_1(dir / "ledger.db", 5);
  const auto refused = Ledger::open_read_only(dir / "ledger.db");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("has the old schema 1; `winnow resume` brings it to schema 2"));
}

TEST(LedgerMigration, RefusesAnOldLedgerWithAGapAndLeavesItAsItIs) {
  const TempDir dir;
  write_schema_1(dir / "ledger.db", 5);
  SQLite::Database(dir / "ledger.db", SQLite::OPEN_READWRITE).exec("DELETE FROM events WHERE seq = 3");
  const auto refused = Ledger::open(dir / "ledger.db", Durability::full);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::corrupt);
  EXPECT_THAT(refused.error().message, HasSubstr("event 3 is missing"));
  EXPECT_TRUE(*Ledger::has_old_schema(dir / "ledger.db"));
}

}  // namespace
}  // namespace winnow

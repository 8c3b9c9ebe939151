/// Ledgers of older schemas, made by the SQL of their day.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "schema_1.hpp"

namespace winnow::ledger_migration_test {
namespace {

using test::TempDir;
using test::write_schema_1;
using testing::HasSubstr;

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
  EXPECT_EQ(db.execAndGet("PRAGMA user_version").getInt(), 4);
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
  EXPECT_THAT(refused.error().message, HasSubstr("has the old schema 1; `winnow resume` brings it to schema 4"));
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
}  // namespace winnow::ledger_migration_test

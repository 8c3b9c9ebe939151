/// Ledgers of another version, and damaged ones, as a user meets them.
#include <gmock/gmock.h>

#include "support.hpp"

namespace winnow::old_ledger_test {
namespace {

using test::curve_sweep;
using test::events_of;
using test::Finished;
using test::TempDir;
using test::write;
using testing::HasSubstr;

void run_sql(const std::filesystem::path& dir, const std::string& sql) {
  const Finished done = test::python("import sqlite3,sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])",
                                     {(dir / "ledger.db").string(), sql});
  ASSERT_EQ(done.code, 0) << done.err;
}

/// Three trials of eight, asked and told, then left.
void begin_a_sweep(const TempDir& temp) {
  const auto file = write(temp / "sweep.yaml", curve_sweep(8));
  std::string requests;
  for (int trial = 0; trial < 3; ++trial) {
    requests += "{\"op\":\"ask\"}\n{\"op\":\"report\",\"trial\":" + std::to_string(trial) +
                ",\"step\":1,\"metrics\":{\"loss\":0.5}}\n";
  }
  const Finished told = test::winnow({"asktell", file.string(), "--dir", (temp / "run").string()}, requests);
  ASSERT_EQ(told.code, 0) << told.err;
}

TEST(OldLedger, IsBroughtUpByResume) {
  const TempDir temp;
  const auto dir = temp / "run";
  begin_a_sweep(temp);
  const auto before = events_of(dir);
  run_sql(dir,
          "DROP TABLE head; ALTER TABLE names DROP COLUMN crc; ALTER TABLE events DROP COLUMN crc; "
          "PRAGMA user_version = 1;");
  const Finished shown = test::winnow({"show", dir.string()});
  EXPECT_NE(shown.code, 0);
  EXPECT_THAT(shown.err, HasSubstr("has the old schema 1; `winnow resume` brings it to schema 4"));

  const Finished resumed = test::winnow({"resume", dir.string(), "--quiet"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  const auto after = events_of(dir);
  ASSERT_GT(after.size(), before.size());
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
  test::expect_replays(dir);
}

TEST(NewerLedger, IsRefusedByEveryCommand) {
  const TempDir temp;
  begin_a_sweep(temp);
  run_sql(temp / "run", "PRAGMA user_version = 5;");
  for (const char* command : {"show", "best", "replay", "resume"}) {
    const Finished refused = test::winnow({command, (temp / "run").string()});
    EXPECT_NE(refused.code, 0) << command;
    EXPECT_THAT(refused.err, HasSubstr("has schema 5, and this Winnow knows schemas up to 4; use a newer one"));
  }
}

TEST(DamagedLedger, IsSaidByEveryCommand) {
  const TempDir temp;
  begin_a_sweep(temp);
  run_sql(temp / "run", "UPDATE events SET step = 2 WHERE seq = 5;");
  const auto before = std::filesystem::file_size(temp / "run/ledger.db");
  for (const char* command : {"show", "best", "replay", "resume"}) {
    const Finished refused = test::winnow({command, (temp / "run").string()});
    EXPECT_EQ(refused.code, 1) << command;
    EXPECT_THAT(refused.err, HasSubstr("ledger.db: is damaged: event 5: is not what was written (checksum differs)"));
  }
  EXPECT_EQ(std::filesystem::file_size(temp / "run/ledger.db"), before);
}

TEST(EmptyLedger, IsNoRunAndItsDirectoryTakesOne) {
  const TempDir temp;
  const auto file = write(temp / "sweep.yaml", curve_sweep(2));
  const std::string dir = (temp / "run").string();
  const auto made = RunDir::create(dir, "sweep.yaml", curve_sweep(2));
  ASSERT_TRUE(made) << made.error().message;
  ASSERT_TRUE(Ledger::create(made->ledger(), Durability::full));  // and then the power went
  for (const char* command : {"show", "best", "replay", "resume"}) {
    const Finished refused = test::winnow({command, dir});
    EXPECT_EQ(refused.code, 2) << command;
    EXPECT_THAT(refused.err, HasSubstr("holds no run: its first record was never written; start it with `winnow run"));
  }
  const Finished ran = test::winnow({"run", file.string(), "--dir", dir, "--quiet"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  test::expect_replays(dir);
}

}  // namespace
}  // namespace winnow::old_ledger_test

/// A ledger that one process has for itself, as on a network file system.
#include <gmock/gmock.h>

#include <chrono>
#include <random>
#include <thread>

#include "faulty_vfs.hpp"
#include "ledger_support.hpp"

namespace winnow::ledger_locking_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;

LedgerAccess exclusive() {
  LedgerAccess access;
  access.locking = Locking::exclusive;
  return access;
}

TEST(ExclusiveLedger, NeedsNoSharedMemoryAndWritesALog) {
  const TempDir dir;
  auto ledger = Ledger::create(dir / "ledger.db", Durability::full, exclusive());
  ASSERT_TRUE(ledger) << ledger.error().message;
  EXPECT_EQ(ledger->locking(), Locking::exclusive);
  std::vector<Event> events = {test::report(0, 1, {{"loss", 1}})};
  ASSERT_TRUE(ledger->append(events));
  EXPECT_TRUE(test::same(test::read_all(*ledger), events));
  EXPECT_TRUE(fs::exists(dir / "ledger.db-wal"));
  EXPECT_FALSE(fs::exists(dir / "ledger.db-shm"));
}

TEST(ExclusiveLedger, IsBusyForOthersUntilItIsClosed) {
  const TempDir dir;
  const auto file = dir / "ledger.db";
  test::Child owner([&](int pipe) {
    auto ledger = Ledger::create(file, Durability::full, exclusive());
    std::vector<Event> events(3);
    test::send(pipe, ledger && ledger->append(events) ? 1 : 0);
    ::pause();
  });
  std::int64_t written = 0;
  ASSERT_TRUE(test::receive(owner.pipe(), written));
  ASSERT_EQ(written, 1);
  const auto busy = Ledger::open_read_only(file);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, errc::busy);
  EXPECT_THAT(busy.error().message, HasSubstr("ledger.db: is locked by the process that runs the sweep"));

  owner.kill();
  const auto read = test::events_in(file);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->size(), 3U);
}

TEST(ExclusiveLedger, IsBusyWithinTheProcessToo) {
  const TempDir dir;
  const auto ledger = Ledger::create(dir / "ledger.db", Durability::full, exclusive());
  EXPECT_EQ(Ledger::open_read_only(dir / "ledger.db").error().code, errc::busy);
}

TEST(ExclusiveLedger, IsRefusedWhereFilesCannotBeLocked) {
  const TempDir dir;
  test::write_ledger(dir / "ledger.db", 5, 3);
  LedgerAccess access = exclusive();
  access.vfs = test::FaultyVfs::kName;
  test::FaultyVfs::get().refuse_locks(true);
  const auto refused = Ledger::open(dir / "ledger.db", Durability::full, access);
  test::FaultyVfs::get().refuse_locks(false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::io);
  EXPECT_THAT(refused.error().message, HasSubstr("ledger.db: cannot open the ledger: disk I/O error in locking"));
  EXPECT_TRUE(Ledger::open(dir / "ledger.db", Durability::full, access));
}

TEST(ExclusiveLedger, IsHandedToOthersAsACopy) {
  const TempDir dir;
  const auto events = test::write_ledger(dir / "ledger.db", 5, 100);
  const auto ledger = Ledger::open(dir / "ledger.db", Durability::full, exclusive());
  ASSERT_TRUE(ledger) << ledger.error().message;
  const auto copied = ledger->copy_to(dir / "copy.db");
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_TRUE(test::same(*test::events_in(dir / "copy.db"), events));
  EXPECT_FALSE(fs::exists(dir / "copy.db-wal"));
}

TEST(ExclusiveLedger, LosesNothingAcknowledgedByAKilledProcess) {
  const TempDir dir;
  const auto file = dir / "ledger.db";
  std::mt19937 random(13);
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 8; ++round) {
    test::Child child([&](int pipe) {
      auto ledger = fs::exists(file) ? Ledger::open(file, Durability::full, exclusive())
                                     : Ledger::create(file, Durability::full, exclusive());
      if (!ledger) ::_exit(1);
      for (;;) {
        std::vector<Event> events(5);
        const auto last = ledger->append(events);
        if (!last) ::_exit(1);
        test::send(pipe, *last);
      }
    });
    ASSERT_TRUE(test::receive(child.pipe(), acknowledged));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 40'000)(random)));
    child.kill();
    while (test::receive(child.pipe(), acknowledged)) {
    }
    // Read by whom it isn't shared with now and then, so that both ways of recovery are taken.
    if (round % 2 == 0) continue;
    const auto read = test::events_in(file);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_GE(static_cast<std::int64_t>(read->size()), acknowledged);
    EXPECT_EQ(read->size() % 5, 0U);
  }
}

}  // namespace
}  // namespace winnow::ledger_locking_test

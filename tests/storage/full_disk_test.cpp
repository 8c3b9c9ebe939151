/// Full disks: a limit on the size of files, and (for root) a tiny file system of its own.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <limits>

#include <winnow/base/file.hpp>
#include <winnow/storage/checkpoints.hpp>
#include <winnow/storage/filesystem.hpp>
#include <winnow/storage/metrics_file.hpp>

#include "ledger_support.hpp"

namespace winnow::full_disk_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;

constexpr int kPassed = 0;
constexpr int kFailed = 1;
constexpr int kNoMount = 77;

int exit_code_of(test::Child& child) {
  int status = 0;
  ::waitpid(child.pid(), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int verdict() {
  return testing::Test::HasFailure() ? kFailed : kPassed;
}

/// Runs `body` in a process whose files may not grow beyond `bytes`.
void with_files_up_to(rlim_t bytes, const std::function<void()>& body) {
  test::Child child([&](int) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    body();
    std::fflush(stdout);
    ::_exit(verdict());
  });
  EXPECT_EQ(exit_code_of(child), kPassed);
}

/// Runs `body` in a process that alone sees a file system of `kibibytes` at `dir`; skips the test where that needs more
/// rights.
void on_a_small_disk(const fs::path& dir, int kibibytes, const std::function<void()>& body) {
  test::Child child([&](int) {
    const std::string size = "size=" + std::to_string(kibibytes) + "k";
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("tmpfs", dir.c_str(), "tmpfs", 0, size.c_str()) != 0) {
      ::_exit(kNoMount);
    }
    body();
    std::fflush(stdout);
    ::_exit(verdict());
  });
  const int code = exit_code_of(child);
  if (code == kNoMount) GTEST_SKIP() << "may not mount a file system";
  EXPECT_EQ(code, kPassed);
}

/// Leaves `room` bytes free.
void fill_up(const fs::path& file, std::uint64_t room) {
  const auto free = free_bytes(file.parent_path());
  ASSERT_TRUE(free && *free >= room);
  ASSERT_TRUE(posix::write_file(file, std::string(*free - room, 'f')));
}

CheckpointStore::Writer model(std::size_t bytes) {
  return [bytes](const fs::path& path) { return posix::write_file(path, std::string(bytes, 'm')); };
}

/// The first checkpoint is there, the second whole or not at all, and nothing else.
void expect_whole(CheckpointStore& store, const fs::path& dir, bool second) {
  std::vector<std::string> warnings;
  EXPECT_EQ(store.newest(0, 10, &warnings), second ? 2 : 1);
  EXPECT_THAT(warnings, testing::IsEmpty());
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "trial-0"), {}), second ? 2 : 1);
}

TEST(FullDisk, ACheckpointThatMayNotGrowLeavesNoHalf) {
  const TempDir dir;
  CheckpointStore store(dir.path(), 2, 0);
  ASSERT_TRUE(store.save(0, 1, 1, std::nullopt, model(10'000)));
  with_files_up_to(50'000, [&] {
    const auto failed = store.save(0, 1, 2, std::nullopt, model(60'000));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, errc::io);
    EXPECT_THAT(failed.error().message, testing::AllOf(HasSubstr("step-2/state: "), HasSubstr("File too large")));
  });
  expect_whole(store, dir.path(), false);
}

TEST(FullDisk, ACheckpointLeavesNoHalfHoweverMuchRoomThereIs) {
  const TempDir dir;
  on_a_small_disk(dir.path(), 256, [&] {
    CheckpointStore store(dir / "c", 2, 0);
    ASSERT_TRUE(store.save(0, 1, 1, std::nullopt, model(10'000)));
    bool saved = false;
    for (std::uint64_t room = 0; !saved; room += 4096) {
      fill_up(dir / "filler", room);
      const auto second = store.save(0, 1, 2, std::nullopt, model(30'000));
      saved = second.has_value();
      if (!saved) {
        EXPECT_THAT(second.error().message, HasSubstr("No space left on device"));
      }
      expect_whole(store, dir / "c", saved);
      fs::remove(dir / "filler");
    }
  });
}

/// Appends until the disk is full; returns how many events were acknowledged.
std::int64_t append_until_full(Ledger& ledger) {
  std::int64_t acknowledged = 0;
  for (;;) {
    std::vector<Event> events(7, test::report(0, 1, {{"loss", 1}}));
    for (Event& event : events) event.text = std::string(500, 'x');
    const auto last = ledger.append(events);
    if (last) {
      acknowledged = *last;
      continue;
    }
    EXPECT_EQ(last.error().code, errc::io);
    EXPECT_THAT(last.error().message, HasSubstr("ledger.db: cannot write events: "));
    return acknowledged;
  }
}

TEST(FullDisk, ALedgerGoesOnWhenThereIsRoomAgain) {
  const TempDir dir;
  for (const Locking locking : {Locking::shared, Locking::exclusive}) {
    on_a_small_disk(dir.path(), 1024, [&] {
      LedgerAccess access;
      access.locking = locking;
      Ledger ledger = *Ledger::create(dir / "ledger.db", Durability::full, access);
      fill_up(dir / "filler", 400'000);
      const std::int64_t acknowledged = append_until_full(ledger);
      EXPECT_GT(acknowledged, 100);
      EXPECT_EQ(static_cast<std::int64_t>(test::read_all(ledger).size()), acknowledged);
      fs::remove(dir / "filler");
      std::vector<Event> events(7);
      EXPECT_EQ(ledger.append(events), acknowledged + 7);
      EXPECT_EQ(static_cast<std::int64_t>(test::read_all(ledger).size()), acknowledged + 7);
    });
  }
}

TEST(FullDisk, ALedgerIsReadAndOpenedWhereNothingCanBeWritten) {
  const TempDir dir;
  on_a_small_disk(dir.path(), 1024, [&] {
    std::int64_t acknowledged = 0;
    {
      Ledger ledger = *Ledger::create(dir / "ledger.db", Durability::full);
      fill_up(dir / "filler", 400'000);
      acknowledged = append_until_full(ledger);
    }
    fs::remove(dir / "filler");
    fill_up(dir / "filler", 0);
    if (const auto read = test::events_in(dir / "ledger.db")) {
      EXPECT_EQ(static_cast<std::int64_t>(read->size()), acknowledged);
    } else {
      EXPECT_EQ(read.error().code, errc::io) << read.error().message;
    }
    fs::remove(dir / "filler");
    auto ledger = Ledger::open(dir / "ledger.db", Durability::full);
    ASSERT_TRUE(ledger) << ledger.error().message;
    std::vector<Event> events(7);
    EXPECT_EQ(ledger->append(events), acknowledged + 7);
  });
}

Ledger ledger_of_reports(const fs::path& file, int count) {
  Ledger ledger = *Ledger::create(file, Durability::relaxed);
  Event suggested = event_of(event::Suggested{}, 0);
  suggested.trial = 0;
  std::vector<Event> events = {suggested};
  for (int i = 1; i < count; ++i) events.push_back(test::report(0, i, {{"loss", i}, {"accuracy", i}}));
  EXPECT_TRUE(ledger.append(events));
  return ledger;
}

void expect_failed(const Result<void>& result) {
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, errc::io);
  EXPECT_THAT(result.error().message, HasSubstr("metrics.h5: cannot "));
}

TEST(FullDisk, AMetricsFileThatMayNotGrowSaysSoAndIsMadeAnewLater) {
  const TempDir dir;
  const Ledger ledger = ledger_of_reports(dir / "ledger.db", 20'000);
  with_files_up_to(200'000, [&] {
    auto metrics = MetricsFile::create(dir / "metrics.h5");
    ASSERT_TRUE(metrics);
    expect_failed(metrics->catch_up(ledger));
    expect_failed(metrics->flush());
    EXPECT_FALSE(MetricsFile::open_or_rebuild(dir / "metrics.h5", ledger));
  });
  auto metrics = MetricsFile::open_or_rebuild(dir / "metrics.h5", ledger);
  ASSERT_TRUE(metrics) << metrics.error().message;
  EXPECT_EQ(metrics->applied(), 20'000);
  EXPECT_TRUE(metrics->finish());
}

TEST(FullDisk, AMetricsFileFailsAndRecoversHoweverMuchRoomThereIs) {
  const TempDir dir;
  const TempDir other;
  const Ledger ledger = ledger_of_reports(other / "ledger.db", 5'000);
  on_a_small_disk(dir.path(), 4096, [&] {
    bool made = false;
    for (std::uint64_t room = 0; !made; room += 80'000) {
      fill_up(dir / "filler", room);
      auto metrics = MetricsFile::open_or_rebuild(dir / "metrics.h5", ledger);
      made = metrics && metrics->finish();
      if (!metrics) {
        EXPECT_EQ(metrics.error().code, errc::io);
      }
      fs::remove(dir / "filler");
    }
  });
}

}  // namespace
}  // namespace winnow::full_disk_test

/// What a writer acknowledged before it was killed is there afterwards, in whole appends.
#include <sys/resource.h>

#include <chrono>
#include <random>
#include <thread>

#include <winnow/storage/ledger.hpp>

#include "support.hpp"

namespace winnow::ledger_crash_test {
namespace {

constexpr int kEventsPerAppend = 7;

/// Appends for ever, and tells the pipe of each append that is done.
void write_until_killed(const std::filesystem::path& file, int pipe) {
  auto ledger =
      std::filesystem::exists(file) ? Ledger::open(file, Durability::full) : Ledger::create(file, Durability::full);
  if (!ledger) ::_exit(1);
  for (;;) {
    std::vector<Event> events(kEventsPerAppend);
    for (Event& event : events) {
      event.what = event::Reported{.metrics = {{"loss", 0.5}}};
      event.text = std::string(200, 'x');
    }
    const auto last = ledger->append(events);
    if (!last) ::_exit(1);
    test::send(pipe, *last);
  }
}

TEST(LedgerCrash, LosesNothingThatWasAcknowledged) {
  const test::TempDir dir;
  std::mt19937 random(11);
  std::int64_t acknowledged = 0;
  for (int round = 0; round < 12; ++round) {
    test::Child child([&](int pipe) { write_until_killed(dir / "ledger.db", pipe); });
    ASSERT_TRUE(test::receive(child.pipe(), acknowledged));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 60'000)(random)));
    child.kill();
    while (test::receive(child.pipe(), acknowledged)) {
    }

    const auto ledger = Ledger::open_read_only(dir / "ledger.db");
    ASSERT_TRUE(ledger) << ledger.error().message;
    std::int64_t read = 0;
    ASSERT_TRUE(ledger->read(0, [&](const Event& event) { ASSERT_EQ(event.seq, ++read); }));
    EXPECT_GE(read, acknowledged);
    EXPECT_LE(read, acknowledged + kEventsPerAppend);
    EXPECT_EQ(read % kEventsPerAppend, 0);
  }
}

TEST(LedgerCrash, WhileItIsMadeLeavesItWholeOrNotAtAll) {
  std::mt19937 random(5);
  for (int round = 0; round < 30; ++round) {
    const test::TempDir dir;
    test::Child child([&](int pipe) {
      test::send(pipe, 1);
      write_until_killed(dir / "ledger.db", pipe);
    });
    std::int64_t begun = 0;
    ASSERT_TRUE(test::receive(child.pipe(), begun));
    std::this_thread::sleep_for(std::chrono::microseconds(std::uniform_int_distribution(0, 4'000)(random)));
    child.kill();
    if (!std::filesystem::exists(dir / "ledger.db")) {
      EXPECT_TRUE(Ledger::create(dir / "ledger.db", Durability::full));
    } else {
      const auto ledger = Ledger::open(dir / "ledger.db", Durability::full);
      EXPECT_TRUE(ledger) << ledger.error().message;
    }
  }
}

/// Files may not grow beyond `bytes` while this lives; writing more fails as on a full disk.
class FileSizeLimit {
public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
  rlimit before_{};
};

std::vector<Event> large_events() {
  std::vector<Event> events(kEventsPerAppend);
  for (Event& event : events) event.text = std::string(1000, 'x');
  return events;
}

TEST(LedgerCrash, AFullDiskFailsTheAppendAndTheLedgerGoesOn) {
  const test::TempDir dir;
  Ledger ledger = *Ledger::create(dir / "ledger.db", Durability::full);
  std::int64_t acknowledged = 0;
  {
    const FileSizeLimit limit(300'000);
    for (int i = 0; i < 1000; ++i) {
      auto events = large_events();
      const auto last = ledger.append(events);
      if (!last) {
        EXPECT_EQ(last.error().code, errc::io);
        EXPECT_NE(last.error().message.find("ledger.db: cannot write events: "), std::string::npos);
        EXPECT_NE(last.error().message.find("File too large"), std::string::npos) << last.error().message;
        EXPECT_EQ(events[0].seq, 0);
        break;
      }
      acknowledged = *last;
    }
  }
  ASSERT_GT(acknowledged, 0);
  ASSERT_LT(acknowledged, 1000 * kEventsPerAppend);
  auto events = large_events();
  EXPECT_EQ(ledger.append(events), acknowledged + kEventsPerAppend);
  std::int64_t read = 0;
  ASSERT_TRUE(ledger.read(0, [&](const Event& event) { ASSERT_EQ(event.seq, ++read); }));
  EXPECT_EQ(read, acknowledged + kEventsPerAppend);
}

}  // namespace
}  // namespace winnow::ledger_crash_test

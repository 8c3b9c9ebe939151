/// The disk fails at every operation, one after the other: what was acknowledged is there, and the ledger goes on.
#include <gmock/gmock.h>

#include "faulty_vfs.hpp"
#include "schema_1.hpp"

namespace winnow::ledger_fault_test {
namespace {

namespace fs = std::filesystem;
using test::Fault;
using test::FaultyVfs;
using test::TempDir;
using testing::HasSubstr;

struct Case {
  Fault fault;
  bool lasting;
  Locking locking;
};

class LedgerFault : public testing::TestWithParam<Case> {
protected:
  [[nodiscard]] static LedgerAccess access() { return {GetParam().locking, FaultyVfs::kName}; }

  /// Runs `scenario` with the first operation failing, then with the second …, until none does.
  static void at_every_operation(const std::function<void(const fs::path&)>& scenario) {
    FaultyVfs& vfs = FaultyVfs::get();
    int nth = 0;
    for (bool failed = true; failed;) {
      const TempDir dir(test::fast_parent());
      vfs.arm(GetParam().fault, ++nth, GetParam().lasting);
      scenario(dir / "ledger.db");
      failed = vfs.has_failed();
      vfs.disarm();
      if (testing::Test::HasFailure()) FAIL() << "when operation " << nth << " fails";
    }
    EXPECT_GT(nth, 10);
  }
};

std::vector<Event> batch(int number) {
  std::vector<Event> events;
  for (int i = 0; i <= number % 3; ++i) {
    events.push_back(test::report(number, i, {{"metric " + std::to_string(number), i}}));
  }
  events.back().text = std::string(static_cast<std::size_t>(number % 4) * 3000, 'x');
  return events;
}

void expect_clear(const Error& error, const fs::path& file) {
  EXPECT_EQ(error.code, errc::io) << error.message;
  EXPECT_THAT(error.message, HasSubstr(file.string() + ": cannot "));
}

/// What a writer wanted to write, and how much of it was acknowledged.
struct Written {
  std::vector<Event> acknowledged;
  std::vector<Event> refused;  ///< a batch whose append failed

  /// All that was acknowledged, and of what was refused everything or nothing.
  void expect_in(const fs::path& file) {
    const auto read = test::events_in(file);
    ASSERT_TRUE(read) << read.error().message;
    if (read->size() > acknowledged.size()) {
      for (Event& event : refused) event.seq = static_cast<std::int64_t>(acknowledged.size()) + 1;
      acknowledged.insert(acknowledged.end(), refused.begin(), refused.end());
      for (std::size_t i = 0; i < acknowledged.size(); ++i) acknowledged[i].seq = static_cast<std::int64_t>(i) + 1;
    }
    EXPECT_TRUE(test::same(*read, acknowledged)) << read->size() << " events, not " << acknowledged.size();
  }
};

/// False: it failed, clearly.
bool append(Ledger& ledger, int number, const fs::path& file, Written& written) {
  auto events = batch(number);
  const auto last = ledger.append(events);
  if (!last) {
    expect_clear(last.error(), file);
    written.refused = std::move(events);
    return false;
  }
  written.acknowledged.insert(written.acknowledged.end(), events.begin(), events.end());
  EXPECT_EQ(*last, static_cast<std::int64_t>(written.acknowledged.size()));
  return true;
}

/// Makes a ledger, fills it, closes it, opens it and fills it further, up to the first error.
Written write_until_it_fails(const fs::path& file, const LedgerAccess& access) {
  Written written;
  int number = 0;
  for (const bool create : {true, false}) {
    auto ledger =
        create ? Ledger::create(file, Durability::full, access) : Ledger::open(file, Durability::full, access);
    if (!ledger) {
      expect_clear(ledger.error(), file);
      return written;
    }
    for (const int end = number + 5; number < end; ++number) {
      if (!append(*ledger, number, file, written)) return written;
    }
  }
  return written;
}

TEST_P(LedgerFault, NothingAcknowledgedIsLostAndTheFileOpensAgain) {
  at_every_operation([&](const fs::path& file) {
    Written written = write_until_it_fails(file, access());
    FaultyVfs::get().disarm();
    if (fs::exists(file)) {
      written.expect_in(file);
    } else {
      EXPECT_TRUE(written.acknowledged.empty());
    }
    auto ledger = fs::exists(file) ? Ledger::open(file, Durability::full) : Ledger::create(file, Durability::full);
    ASSERT_TRUE(ledger) << ledger.error().message;
    EXPECT_TRUE(append(*ledger, 50, file, written));
    written.expect_in(file);
  });
}

TEST_P(LedgerFault, TheSameWriterGoesOnWhenTheDiskIsWellAgain) {
  at_every_operation([&](const fs::path& file) {
    Written written;
    auto ledger = Ledger::create(file, Durability::full, access());
    if (!ledger) return;
    for (int number = 0; number < 6; ++number) {
      if (append(*ledger, number, file, written)) continue;
      FaultyVfs::get().disarm();
      EXPECT_TRUE(test::same(test::read_all(*ledger), written.acknowledged));
      written.refused.clear();
      ASSERT_TRUE(append(*ledger, number, file, written));
    }
    EXPECT_TRUE(test::same(test::read_all(*ledger), written.acknowledged));
    ledger = fail(errc::cancelled, "closed");
    FaultyVfs::get().disarm();
    written.expect_in(file);
  });
}

TEST_P(LedgerFault, AMigrationHappensOrLeavesTheOldLedger) {
  at_every_operation([&](const fs::path& file) {
    const auto events = test::write_schema_1(file, 40);
    if (const auto opened = Ledger::open(file, Durability::full, access()); !opened) {
      expect_clear(opened.error(), file);
    }
    FaultyVfs::get().disarm();
    const auto again = Ledger::open(file, Durability::full);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(test::same(test::read_all(*again), events));
  });
}

INSTANTIATE_TEST_SUITE_P(, LedgerFault,
                         testing::Values(Case{Fault::full, false, Locking::shared},
                                         Case{Fault::full, true, Locking::shared},
                                         Case{Fault::short_write, false, Locking::shared},
                                         Case{Fault::short_write, true, Locking::exclusive},
                                         Case{Fault::io, false, Locking::exclusive},
                                         Case{Fault::io, true, Locking::shared}));

}  // namespace
}  // namespace winnow::ledger_fault_test

/// What every ledger does: the one on disk, and the one in memory that other tests put in its place.
#include <gmock/gmock.h>

#include "faulty_vfs.hpp"
#include "ledger_support.hpp"
#include "memory_ledger.hpp"

namespace winnow::ledger_conformance_test {
namespace {

using test::report;

class OnDisk {
public:
  OnDisk() {
    test::FaultyVfs::get();
    ledger_.emplace(*Ledger::create(dir_ / "ledger.db", Durability::full, {.vfs = test::FaultyVfs::kName}));
  }
  Result<std::int64_t> append(std::span<Event> events) { return ledger_->append(events); }
  [[nodiscard]] std::vector<Event> events() const { return test::read_all(*ledger_); }
  static void break_disk(bool broken) {
    broken ? test::FaultyVfs::get().arm(test::Fault::full, 1, true) : test::FaultyVfs::get().disarm();
  }

private:
  test::TempDir dir_;
  std::optional<Ledger> ledger_;
};

class InMemory {
public:
  Result<std::int64_t> append(std::span<Event> events) { return ledger_.append(events); }
  [[nodiscard]] std::vector<Event> events() const { return ledger_.events; }
  void break_disk(bool broken) { ledger_.broken = broken; }

private:
  test::MemoryLedger ledger_;
};

template <class T>
class EveryLedger : public testing::Test {
protected:
  T ledger;
};
using Ledgers = testing::Types<OnDisk, InMemory>;
TYPED_TEST_SUITE(EveryLedger, Ledgers);

std::vector<Event> three() {
  return {report(0, 1, {{"loss", 1}}), report(0, 2, {{"loss", 2}}), report(1, 1, {{"loss", 3}, {"x", 4}})};
}

std::vector<Event> numbered(std::int64_t first) {
  auto events = three();
  for (Event& event : events) event.seq = first++;
  return events;
}

TYPED_TEST(EveryLedger, GivesEventsTheirNumbers) {
  auto events = three();
  EXPECT_EQ(this->ledger.append(events), 3);
  EXPECT_EQ(events[0].seq, 1);
  EXPECT_EQ(events[2].seq, 3);
  auto more = three();
  EXPECT_EQ(this->ledger.append(more), 6);
  EXPECT_EQ(more[0].seq, 4);
  EXPECT_EQ(this->ledger.events().size(), 6U);
  EXPECT_TRUE(test::same(this->ledger.events()[4], more[1]));
}

TYPED_TEST(EveryLedger, NothingToWriteIsWritten) {
  std::vector<Event> none;
  EXPECT_EQ(this->ledger.append(none), 0);
  auto events = three();
  ASSERT_TRUE(this->ledger.append(events));
  EXPECT_EQ(this->ledger.append(none), 3);
}

TYPED_TEST(EveryLedger, TakesEventsWhoseTurnItIs) {
  auto events = numbered(1);
  EXPECT_EQ(this->ledger.append(events), 3);
  events = numbered(4);
  events[1].seq = 0;
  EXPECT_EQ(this->ledger.append(events), 6);
}

TYPED_TEST(EveryLedger, RefusesEventsWhoseTurnItIsNotAndWritesNone) {
  auto events = three();
  ASSERT_TRUE(this->ledger.append(events));
  auto hole = numbered(5);
  auto again = numbered(3);
  auto jump = numbered(4);
  jump[2].seq = 7;
  for (auto* wrong : {&hole, &again, &jump}) {
    const auto refused = this->ledger.append(*wrong);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::illegal_state) << refused.error().message;
    EXPECT_EQ(this->ledger.events().size(), 3U);
  }
  auto right = numbered(4);
  EXPECT_EQ(this->ledger.append(right), 6);
}

TYPED_TEST(EveryLedger, AWriteThatFailsWritesNothingAndTheNextOneGoesOn) {
  auto events = three();
  ASSERT_TRUE(this->ledger.append(events));
  this->ledger.break_disk(true);
  auto lost = numbered(4);
  const auto refused = this->ledger.append(lost);
  this->ledger.break_disk(false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::io) << refused.error().message;
  EXPECT_EQ(lost[0].seq, 0);
  EXPECT_EQ(this->ledger.events().size(), 3U);
  auto next = numbered(4);
  EXPECT_EQ(this->ledger.append(next), 6);
}

}  // namespace
}  // namespace winnow::ledger_conformance_test

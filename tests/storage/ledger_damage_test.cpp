/// A byte that changed and a file that was cut are said, or make no difference.
#include <gmock/gmock.h>

#include <bit>
#include <fstream>
#include <set>

#include "ledger_support.hpp"

namespace winnow::ledger_damage_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;

constexpr std::size_t kPage = 4096;

/// A ledger whose bytes are changed and put back; what SQLite leaves beside it is removed.
class Patient {
public:
  explicit Patient(fs::path file) : file_(std::move(file)), bytes_(test::read_file(file_)) {}

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

  /// Reads with the byte at `at` changed by `mask`.
  Result<std::vector<Event>> with_flipped(std::size_t at, char mask) {
    patch(at, static_cast<char>(bytes_[at] ^ mask));
    auto read = test::events_in(file_);
    remove_others();
    patch(at, bytes_[at]);
    return read;
  }
  Result<std::vector<Event>> cut_to(std::size_t size) {
    test::write_file(file_, bytes_.substr(0, size));
    remove_others();
    return test::events_in(file_);
  }

private:
  void patch(std::size_t at, char byte) {
    std::fstream file(file_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(at)).put(byte);
  }
  void remove_others() {
    for (const char* part : {"-wal", "-shm", "-journal"}) fs::remove(file_.string() + part);
  }

  fs::path file_;
  std::string bytes_;
};

/// Every bit of the first page's head, one bit of another byte.
std::vector<char> masks_at(std::size_t at) {
  if (at >= 200) return {static_cast<char>(1U << (at * 7 % 8))};
  std::vector<char> masks;
  for (unsigned bit = 0; bit < 8; ++bit) masks.push_back(static_cast<char>(1U << bit));
  return masks;
}

TEST(LedgerDamage, AFlippedBitAnywhereIsSaidOrMakesNoDifference) {
  const TempDir dir(test::fast_parent());
  const auto events = test::write_ledger(dir / "ledger.db", 23, 80);
  Patient patient(dir / "ledger.db");
  ASSERT_GT(patient.bytes().size(), 5 * kPage);
  int said = 0;
  const std::size_t size = patient.bytes().size();
  for (std::size_t at = 0; at < size; at += at < kPage || at >= size - kPage ? 1 : 3) {
    for (const char mask : masks_at(at)) {
      const auto read = patient.with_flipped(at, mask);
      if (read) {
        ASSERT_TRUE(test::same(*read, events)) << "byte " << at;
      } else {
        ++said;
        ASSERT_THAT(read.error().message, HasSubstr("ledger.db: ")) << "byte " << at;
      }
    }
  }
  EXPECT_GT(said, static_cast<int>(size / 10));  // the rest is room that nothing uses
}

TEST(LedgerDamage, ATailThatIsMissingIsSaid) {
  const TempDir dir(test::fast_parent());
  const auto events = test::write_ledger(dir / "ledger.db", 29, 60);
  Patient patient(dir / "ledger.db");
  const std::size_t size = patient.bytes().size();
  for (std::size_t cut = size - kPage; cut < size; ++cut) {
    const auto read = patient.cut_to(cut);
    ASSERT_TRUE(!read || test::same(*read, events)) << "cut to " << cut << " of " << size;
    if (!read) {
      ASSERT_THAT(read.error().message, HasSubstr("ledger.db: ")) << cut;
    }
  }
  for (std::size_t cut = 0; cut < size; cut += kPage / 2) ASSERT_FALSE(patient.cut_to(cut)) << cut;
  EXPECT_TRUE(patient.cut_to(size));
}

/// The write-ahead log of a process that was killed, with the length at which each append was on the disk.
struct Log {
  std::vector<Event> events;
  std::vector<std::pair<std::uintmax_t, std::size_t>> acknowledged;  ///< bytes of the log, events
};

/// Copies what stands on the disk while the ledger is open, before anything is moved from the log.
Log write_log(const TempDir& dir, const fs::path& copy) {
  Log log;
  Ledger ledger = *Ledger::create(dir / "ledger.db", Durability::full);
  test::RandomEvents random(31);
  for (int i = 0; i < 6; ++i) {
    std::vector<Event> events;
    for (int n = 0; n <= i; ++n) events.push_back(random.next());
    EXPECT_TRUE(ledger.append(events));
    log.events.insert(log.events.end(), events.begin(), events.end());
    log.acknowledged.emplace_back(fs::file_size(dir / "ledger.db-wal"), log.events.size());
  }
  for (const char* part : {"", "-wal"}) fs::copy_file((dir / "ledger.db").string() + part, copy.string() + part);
  return log;
}

/// How many events stand in the first `size` bytes of the log.
std::size_t whole_events(const Log& log, std::uintmax_t size) {
  std::size_t events = 0;
  for (const auto& [bytes, count] : log.acknowledged) {
    if (bytes <= size) events = count;
  }
  return events;
}

TEST(LedgerDamage, AWriteAheadLogThatIsCutGivesWhatStandsInItInWholeAppends) {
  const TempDir dir(test::fast_parent());
  const fs::path file = dir / "copy.db";
  const Log log = write_log(dir, file);
  const std::string database = test::read_file(file);
  const std::string bytes = test::read_file(file.string() + "-wal");
  const auto check_cut = [&](std::size_t cut) {
    test::write_file(file, database);
    test::write_file(file.string() + "-wal", bytes.substr(0, cut));
    fs::remove(file.string() + "-shm");
    const auto read = test::events_in(file);
    ASSERT_TRUE(read) << "cut to " << cut << ": " << read.error().message;
    const std::size_t whole = whole_events(log, cut);
    ASSERT_EQ(read->size(), whole) << "cut to " << cut << " of " << bytes.size();
    ASSERT_TRUE(test::same(*read, {log.events.begin(), log.events.begin() + static_cast<std::ptrdiff_t>(whole)}));
  };
  const std::size_t last = kPage + 24;  // a page with its frame's head
  ASSERT_GT(bytes.size(), 5 * last);
  for (std::size_t cut = 0; cut < bytes.size() - last; cut += 997) check_cut(cut);
  for (std::size_t cut = bytes.size() - last; cut <= bytes.size(); ++cut) check_cut(cut);
}

TEST(LedgerDamage, AFlippedBitInTheWriteAheadLogNeverChangesAnEvent) {
  const TempDir dir(test::fast_parent());
  const fs::path file = dir / "copy.db";
  const Log log = write_log(dir, file);
  const std::string database = test::read_file(file);
  const std::string bytes = test::read_file(file.string() + "-wal");
  std::set<std::size_t> sizes = {0};
  for (const auto& [at, count] : log.acknowledged) sizes.insert(count);
  for (std::size_t at = 0; at < bytes.size(); at += at < 100 ? 1 : 37) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
    test::write_file(file, database);
    test::write_file(file.string() + "-wal", flipped);
    fs::remove(file.string() + "-shm");
    const auto read = test::events_in(file);
    if (!read) continue;
    ASSERT_TRUE(sizes.contains(read->size())) << "byte " << at;
    ASSERT_TRUE(
        test::same(*read, {log.events.begin(), log.events.begin() + static_cast<std::ptrdiff_t>(read->size())}));
  }
}

TEST(LedgerDamage, AppendingToADamagedLedgerIsRefused) {
  const TempDir dir(test::fast_parent());
  test::write_ledger(dir / "ledger.db", 37, 60);
  const std::string bytes = test::read_file(dir / "ledger.db");
  test::write_file(dir / "ledger.db", bytes.substr(0, bytes.size() - kPage));
  const auto opened = Ledger::open(dir / "ledger.db", Durability::full);
  EXPECT_TRUE(!opened || !opened->read(0, [](const Event&) {}));
}

}  // namespace
}  // namespace winnow::ledger_damage_test

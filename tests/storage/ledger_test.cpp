#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <thread>

#include <winnow/storage/ledger.hpp>

#include "ledger_support.hpp"

namespace winnow::ledger_test {
namespace {

using test::read_all;
using test::report;
using test::TempDir;
using testing::HasSubstr;

Ledger make(const TempDir& dir, Durability durability = Durability::relaxed) {
  auto ledger = Ledger::create(dir / "ledger.db", durability);
  EXPECT_TRUE(ledger) << (ledger ? "" : ledger.error().message);
  return std::move(*ledger);
}

TEST(Ledger, GivesBackEveryKindOfEventAsItWas) {
  const TempDir dir;
  std::vector<Event> written;
  test::RandomEvents random(7);
  {
    Ledger ledger = make(dir);
    for (int batch = 0; batch < 100; ++batch) {
      std::vector<Event> events;
      for (int i = 0; i < batch % 40; ++i) events.push_back(random.next());
      const auto last = ledger.append(events);
      ASSERT_TRUE(last) << last.error().message;
      written.insert(written.end(), events.begin(), events.end());
      ASSERT_EQ(*last, static_cast<std::int64_t>(written.size()));
    }
  }
  const auto reopened = Ledger::open(dir / "ledger.db", Durability::full);
  ASSERT_TRUE(reopened) << reopened.error().message;
  const auto read = read_all(*reopened);
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    ASSERT_EQ(read[i].seq, static_cast<std::int64_t>(i) + 1);
    ASSERT_TRUE(test::same(read[i], written[i])) << "event " << i + 1 << ", " << to_string(written[i].kind());
  }
}

TEST(Ledger, GivesSeqWithoutGapsAndGoesOnAfterReopening) {
  const TempDir dir;
  std::vector<Event> events(3);
  {
    Ledger ledger = make(dir);
    EXPECT_EQ(ledger.last_seq(), 0);
    EXPECT_EQ(ledger.append(events), 3);
    EXPECT_EQ(events[0].seq, 1);
  }
  Ledger ledger = *Ledger::open(dir / "ledger.db", Durability::full);
  events.assign(3, Event());
  EXPECT_EQ(ledger.append(events), 6);
  EXPECT_EQ(events[2].seq, 6);
  EXPECT_EQ(ledger.last_seq(), 6);
  EXPECT_EQ(read_all(ledger, 4).size(), 2U);
}

TEST(Ledger, IsMadeWithItsFirstEventsInIt) {
  const TempDir dir;
  std::vector<Event> first = {report(0, 1, {{"loss", 1}}), report(0, 2, {{"loss", 2}, {"x", 3}})};
  Ledger ledger = *Ledger::create(dir / "ledger.db", Durability::full, {}, first);
  EXPECT_EQ(first[1].seq, 2);
  EXPECT_EQ(*ledger.last_seq(), 2);
  std::vector<Event> more = {report(0, 3, {{"x", 4}})};
  EXPECT_EQ(ledger.append(more), 3);
  EXPECT_TRUE(test::same(read_all(ledger), {first[0], first[1], more[0]}));
}

/// How many it has of those after `after`; nullopt: not all.
std::optional<std::size_t> taken(const Ledger& ledger, std::int64_t after) {
  std::size_t count = 0;
  return ledger.take_tail(after, [&](const Event&) { ++count; }) ? std::optional(count) : std::nullopt;
}

TEST(Ledger, KeepsItsTailForWhoFollows) {
  const TempDir dir;
  Ledger ledger = make(dir);
  std::vector<Event> events(3);
  ASSERT_TRUE(ledger.append(events));
  EXPECT_EQ(taken(ledger, 0), std::nullopt) << "nobody asked for it to be kept";

  ledger.keep_tail(4);
  events = {report(0, 1, {{"loss", 1}}), report(0, 2, {{"loss", 2}})};
  ASSERT_TRUE(ledger.append(events));
  EXPECT_EQ(taken(ledger, 2), std::nullopt) << "event 3 wasn't kept";
  EXPECT_EQ(taken(ledger, 5), 0U);
  ASSERT_TRUE(ledger.append(events = std::vector<Event>(2)));
  std::vector<Event> tail;
  EXPECT_TRUE(ledger.take_tail(5, [&](const Event& event) { tail.push_back(event); }));
  EXPECT_TRUE(test::same(tail, read_all(ledger, 5)));
  EXPECT_EQ(taken(ledger, 7), 0U);
  EXPECT_EQ(taken(ledger, 5), std::nullopt) << "they were taken";

  ASSERT_TRUE(ledger.append(events = std::vector<Event>(3)));
  EXPECT_EQ(taken(ledger, 8), 2U) << "whoever read on in the ledger lacks only what came after";
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(ledger.append(events = std::vector<Event>(3)));
  EXPECT_EQ(taken(ledger, 10), std::nullopt) << "there were more than are kept";
  ASSERT_TRUE(ledger.append(events = std::vector<Event>(1)));
  EXPECT_EQ(taken(ledger, 16), 1U);
}

TEST(Ledger, KeepsNothingInItsTailThatIsNotWritten) {
  const TempDir dir;
  Ledger ledger = make(dir);
  ledger.keep_tail(10);
  std::vector<Event> events(2);
  events[1].seq = 7;  // not its turn
  ASSERT_FALSE(ledger.append(events));
  ASSERT_TRUE(ledger.append(events = std::vector<Event>(1)));
  EXPECT_EQ(taken(ledger, 0), 1U);
}

TEST(Ledger, KeepsNonFiniteMetricsApart) {
  const TempDir dir;
  Ledger ledger = make(dir);
  constexpr double kInf = std::numeric_limits<double>::infinity();
  std::vector<Event> events = {
      report(0, 1, {{"nan", std::nan("7")}, {"inf", kInf}, {"-inf", -kInf}, {"-0", -0.0}, {"tiny", 5e-324}})};
  ASSERT_TRUE(ledger.append(events));
  EXPECT_TRUE(test::same(read_all(ledger).at(0), events[0]));
}

TEST(Ledger, StoresTextsByteForByte) {
  const TempDir dir;
  Ledger ledger = make(dir);
  std::vector<Event> events(1);
  events[0].text = std::string("not UTF-8: \xff\xfe, a NUL: \0, end", 29);
  ASSERT_TRUE(ledger.append(events));
  EXPECT_EQ(read_all(ledger).at(0).text, events[0].text);
}

TEST(Ledger, WritesAllEventsOfAnAppendOrNone) {
  const TempDir dir;
  Ledger ledger = make(dir);
  std::vector<Event> good = {report(0, 1, {{"loss", 1}})};
  ASSERT_TRUE(ledger.append(good));
  SQLite::Database(dir.path() / "ledger.db", SQLite::OPEN_READWRITE)
      .exec("CREATE TRIGGER refuse BEFORE INSERT ON events WHEN new.step = 99 BEGIN SELECT raise(ABORT, 'no'); END");

  std::vector<Event> bad = {report(0, 2, {{"new", 2}}), report(0, 99, {{"newer", 3}}), report(0, 3, {})};
  const auto failed = ledger.append(bad);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, errc::io);
  EXPECT_EQ(bad[0].seq, 0);
  EXPECT_EQ(read_all(ledger).size(), 1U);

  std::vector<Event> next = {report(0, 4, {{"newer", 4}})};
  ASSERT_EQ(ledger.append(next), 2);
  EXPECT_TRUE(test::same(read_all(*Ledger::open_read_only(dir / "ledger.db"), 1).at(0), next[0]));
}

TEST(Ledger, IsReadWhileItIsWritten) {
  const TempDir dir;
  Ledger ledger = make(dir);
  const auto reader = Ledger::open_read_only(dir / "ledger.db");
  ASSERT_TRUE(reader) << reader.error().message;
  std::vector<Event> events = {report(0, 1, {{"loss", 1}})};
  ASSERT_TRUE(ledger.append(events));
  EXPECT_TRUE(test::same(read_all(*reader).at(0), events[0]));
  events = {report(0, 2, {{"seen later", 2}})};
  ASSERT_TRUE(ledger.append(events));
  EXPECT_TRUE(test::same(read_all(*reader, 1).at(0), events[0]));
}

TEST(Ledger, IsWholeWhenItsWriterHasLeftThoughReadersStay) {
  namespace fs = std::filesystem;
  const TempDir dir;
  const auto file = dir / "ledger.db";
  std::vector<Event> events = {report(0, 1, {{"loss", 1}})};
  auto writer = std::make_unique<Ledger>(make(dir));
  auto reader = std::make_unique<Ledger>(std::move(*Ledger::open_read_only(file)));
  ASSERT_TRUE(writer->append(events));
  writer.reset();
  const auto copy = dir / "copy.db";
  fs::copy_file(file, copy);  // without the log beside it
  EXPECT_TRUE(test::same(read_all(*Ledger::open_read_only(copy)).at(0), events[0]));
  const auto written = fs::last_write_time(file);
  reader.reset();
  EXPECT_EQ(fs::last_write_time(file), written);
  EXPECT_FALSE(fs::exists(file.string() + "-wal"));
}

TEST(Ledger, OneThreadReadsWhatAnotherWritesInWholeAppends) {
  const TempDir dir;
  Ledger ledger = make(dir);
  const Ledger reader = *Ledger::open_read_only(dir / "ledger.db");
  std::jthread writer([&] {
    for (int i = 0; i < 300; ++i) {
      std::vector<Event> events(10, report(0, i, {{"metric " + std::to_string(i % 50), i}}));
      ASSERT_TRUE(ledger.append(events));
    }
  });
  std::int64_t last = 0;
  while (last < 3000) {
    const auto events = read_all(reader, last);
    ASSERT_EQ(events.size() % 10, 0U);
    for (const Event& event : events) ASSERT_EQ(event.seq, ++last);
  }
}

TEST(Ledger, OpenedToReadRefusesToWrite) {
  const TempDir dir;
  make(dir);
  auto reader = Ledger::open_read_only(dir / "ledger.db");
  std::vector<Event> events(1);
  const auto refused = reader->append(events);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::illegal_state);
}

TEST(Ledger, RefusesToBeMadeTwice) {
  const TempDir dir;
  make(dir);
  EXPECT_FALSE(Ledger::create(dir / "ledger.db", Durability::full));
}

TEST(Ledger, RefusesANewerSchema) {
  const TempDir dir;
  make(dir);
  SQLite::Database(dir.path() / "ledger.db", SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  const auto refused = Ledger::open(dir / "ledger.db", Durability::full);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::unsupported);
  EXPECT_THAT(refused.error().message, HasSubstr("schema 99"));
  EXPECT_EQ(Ledger::open_read_only(dir / "ledger.db").error().code, errc::unsupported);
}

TEST(Ledger, RefusesWhatIsNoLedger) {
  const TempDir dir;
  EXPECT_EQ(Ledger::open(dir / "absent.db", Durability::full).error().code, errc::io);
  test::write_file(dir / "text.db", std::string(5000, 'x'));
  test::write_file(dir / "short.db", "a text");
  test::write_file(dir / "empty.db", "");
  SQLite::Database(dir / "other.db", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE t (x)");
  for (const char* name : {"text.db", "short.db", "empty.db", "other.db"}) {
    const std::string before = test::read_file(dir / name);
    for (const auto& error :
         {Ledger::open(dir / name, Durability::full).error(), Ledger::open_read_only(dir / name).error()}) {
      EXPECT_EQ(error.code, errc::corrupt) << name;
      EXPECT_THAT(error.message, HasSubstr(std::string(name) + ": ")) << name;
    }
    EXPECT_EQ(test::read_file(dir / name), before) << name;
  }
}

TEST(Ledger, ReadsInPortions) {
  const TempDir dir;
  Ledger ledger = make(dir);
  std::vector<Event> events(10, report(0, 1, {{"loss", 1}}));
  ASSERT_TRUE(ledger.append(events));
  std::vector<std::int64_t> seqs;
  const auto note = [&](const Event& event) { seqs.push_back(event.seq); };
  ASSERT_TRUE(ledger.read(0, note, 4));
  EXPECT_THAT(seqs, testing::ElementsAre(1, 2, 3, 4));
  ASSERT_TRUE(ledger.read(8, note, 4));
  EXPECT_THAT(seqs, testing::ElementsAre(1, 2, 3, 4, 9, 10));
  ASSERT_TRUE(ledger.read(10, note, 4));
  EXPECT_EQ(seqs.size(), 6U);
}

TEST(Ledger, IsReadByOneThreadWhileAnotherAppendsThroughTheSameObject) {
  const TempDir dir;
  Ledger ledger = make(dir);
  std::jthread writer([&] {
    for (int i = 0; i < 300; ++i) {
      std::vector<Event> events(10, report(0, i, {{"metric " + std::to_string(i % 50), i}}));
      ASSERT_TRUE(ledger.append(events));
    }
  });
  std::int64_t last = 0;
  while (last < 3000)
    ASSERT_TRUE(ledger.read(
        last, [&](const Event& event) { ASSERT_EQ(event.seq, ++last); }, 100));
}

TEST(Ledger, KeepsANameWithoutLetters) {
  const TempDir dir;
  Ledger ledger = make(dir);
  std::vector<Event> events = {report(0, 1, {{"", 1}})};
  ASSERT_TRUE(ledger.append(events));
  EXPECT_TRUE(test::same(read_all(*Ledger::open_read_only(dir / "ledger.db")), events));
}

TEST(Ledger, ChangesItsDurability) {
  const TempDir dir;
  Ledger ledger = make(dir, Durability::full);
  ASSERT_TRUE(ledger.set_durability(Durability::relaxed));
  std::vector<Event> events(3);
  EXPECT_EQ(ledger.append(events), 3);
}

TEST(Ledger, IsCopiedWhileItIsWritten) {
  const TempDir dir;
  Ledger ledger = make(dir);
  test::RandomEvents random(3);
  std::vector<Event> events;
  for (int i = 0; i < 3000; ++i) events.push_back(random.next());
  ASSERT_TRUE(ledger.append(events));
  std::jthread writer([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::vector<Event> more(10, report(0, 1, {{"loss", 1}}));
      ASSERT_TRUE(ledger.append(more));
    }
  });
  const auto copied = ledger.copy_to(dir / "copy.db");
  writer = {};
  ASSERT_TRUE(copied) << copied.error().message;
  auto copy = test::events_in(dir / "copy.db");
  ASSERT_TRUE(copy) << copy.error().message;
  EXPECT_EQ(copy->size() % 10, 0U);
  copy->resize(events.size());
  EXPECT_TRUE(test::same(*copy, events));
  EXPECT_EQ(ledger.copy_to(dir / "copy.db").error().code, errc::invalid_input);
}

TEST(Ledger, ThatCannotBeCopiedSaysSoAndLeavesNothing) {
  const TempDir dir;
  const Ledger ledger = make(dir);
  const auto failed = ledger.copy_to(dir / "absent/copy.db");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("absent/copy.db"));
}

TEST(Ledger, FindsOutDamagedRows) {
  const TempDir dir;
  std::vector<Event> events = {report(0, 1, {{"loss", 1}})};
  ASSERT_TRUE(make(dir).append(events));
  for (const char* damage :
       {"metrics = x'0102'", "metrics = x'09000000000000000000f03f'", "kind = 77", "body = '{'", "verdict = 9",
        "state = -1", "crc = NULL", "crc = 1", "seq = 7", "trial = 1.5", "text = 'another'"}) {
    std::filesystem::copy_file(dir / "ledger.db", dir / "damaged.db",
                               std::filesystem::copy_options::overwrite_existing);
    SQLite::Database(dir / "damaged.db", SQLite::OPEN_READWRITE).exec(std::string("UPDATE events SET ") + damage);
    const auto read = test::events_in(dir / "damaged.db");
    ASSERT_FALSE(read) << damage;
    EXPECT_EQ(read.error().code, errc::corrupt) << damage;
    EXPECT_THAT(read.error().message, testing::MatchesRegex(".*damaged.db: is damaged: .*event.*")) << damage;
  }
}

TEST(Ledger, FindsOutLostRows) {
  const TempDir dir;
  std::vector<Event> events(9, report(0, 1, {{"loss", 1}, {"accuracy", 1}}));
  ASSERT_TRUE(make(dir).append(events));
  for (const char* damage :
       {"DELETE FROM events WHERE seq = 1", "DELETE FROM events WHERE seq = 5", "DELETE FROM events WHERE seq = 9",
        "DELETE FROM events", "DELETE FROM head", "UPDATE head SET last_seq = 8", "DELETE FROM names WHERE id = 0",
        "DELETE FROM names WHERE id = 1", "UPDATE names SET name = 'x' WHERE id = 1", "UPDATE names SET crc = NULL",
        "DROP TABLE head", "ALTER TABLE events DROP COLUMN crc"}) {
    std::filesystem::copy_file(dir / "ledger.db", dir / "damaged.db",
                               std::filesystem::copy_options::overwrite_existing);
    SQLite::Database(dir / "damaged.db", SQLite::OPEN_READWRITE).exec(damage);
    const auto read = test::events_in(dir / "damaged.db");
    ASSERT_FALSE(read) << damage;
    EXPECT_EQ(read.error().code, errc::corrupt) << damage << ": " << read.error().message;
    EXPECT_THAT(read.error().message, HasSubstr("damaged.db: ")) << damage;
  }
}

}  // namespace
}  // namespace winnow::ledger_test

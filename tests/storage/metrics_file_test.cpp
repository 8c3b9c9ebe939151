#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <limits>
#include <thread>

#include <winnow/storage/ledger.hpp>
#include <winnow/storage/metrics_file.hpp>

#include "support.hpp"

namespace winnow::metrics_file_test {
namespace {

using test::TempDir;
using testing::ElementsAre;

/// The first Python that has h5py; empty: none.
const std::string& python() {
  static const std::string found = [] {
    for (const std::string candidate : {"python3", "/usr/bin/python3"}) {
      if (std::system((candidate + " -c 'import h5py' 2>/dev/null").c_str()) == 0) return candidate;
    }
    return std::string();
  }();
  return found;
}

/// Runs read_metrics.py; null (and a failure of the test) if it fails.
Value read_metrics(const std::string& mode, const std::filesystem::path& file, const std::string& more = "") {
  const std::string command =
      python() + " " WINNOW_SOURCE_DIR "/tests/storage/read_metrics.py " + mode + " " + file.string() + " " + more;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::string output;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) output += static_cast<char>(c);
  EXPECT_EQ(::pclose(pipe), 0) << command;
  return Value::parse(output, nullptr, false);
}

class MetricsFileTest : public testing::Test {
protected:
  void SetUp() override {
    if (python().empty()) GTEST_SKIP() << "no Python with h5py";
  }
  std::filesystem::path file() const { return dir_ / "metrics.h5"; }

  const TempDir dir_;
};

Event of(event::What what, TrialId trial, TrialState state = TrialState::queued) {
  Event event = event_of(std::move(what), 1000 + static_cast<double>(trial));
  event.trial = trial;
  event.attempt = event.kind() == EventKind::suggested ? 0 : 1;
  event.state = event.kind() == EventKind::started ? TrialState::running : state;
  return event;
}

Event report(TrialId trial, Step step, Metrics metrics, Verdict verdict = Verdict::go_on,
             TrialState state = TrialState::running) {
  return of(event::Reported{.step = step, .metrics = std::move(metrics), .judged = true, .verdict = verdict}, trial,
            state);
}

Event suggestion(TrialId trial, std::vector<Assignment::Entry> params) {
  return of(event::Suggested{Assignment(std::move(params))}, trial);
}

/// Two trials: one stopped at step 2, one completed.
std::vector<Event> small_sweep() {
  return {suggestion(0, {{"lr", 0.5}, {"opt/name", "adam"}, {"layers", Value::array({8, 4})}}),
          of(event::Started{}, 0),
          report(0, 1, {{"loss", 3}, {"eval/accuracy", 0.25}}),
          report(0, 2, {{"loss", 2}}, Verdict::stop, TrialState::stopped),
          suggestion(1, {{"lr", 1}, {"opt/name", "sgd"}, {"wide", true}}),
          of(event::Started{}, 1),
          report(1, 1, {{"loss", std::numeric_limits<double>::infinity()}}),
          of(event::Ended{}, 1, TrialState::completed)};
}

Ledger ledger_of(const std::filesystem::path& file, std::vector<Event> events) {
  Ledger ledger = *Ledger::create(file, Durability::relaxed);
  EXPECT_TRUE(ledger.append(events));
  return ledger;
}

template <class T>
std::vector<T> column(const Value& rows, const char* name) {
  std::vector<T> values;
  for (const auto& row : rows) values.push_back(row.at(name).get<T>());
  return values;
}

TEST_F(MetricsFileTest, HoldsTheSweepInLongAndWideTables) {
  const Ledger ledger = ledger_of(dir_ / "ledger.db", small_sweep());
  {
    auto metrics = MetricsFile::open_or_rebuild(file(), ledger);
    ASSERT_TRUE(metrics) << metrics.error().message;
    const auto finished = metrics->finish();
    ASSERT_TRUE(finished) << finished.error().message;
  }
  const Value read = read_metrics("dump", file());
  EXPECT_EQ(read["applied"], 8);
  EXPECT_THAT(column<int>(read["trials"], "state"), ElementsAre(3, 4));
  EXPECT_THAT(column<int>(read["trials"], "last_step"), ElementsAre(2, 1));
  EXPECT_THAT(column<int>(read["reports"], "step"), ElementsAre(1, 1, 2, 1));
  EXPECT_THAT(column<int>(read["verdicts"], "verdict"), ElementsAre(0, 1, 0));
  EXPECT_THAT(column<int>(read["params"], "kind"), ElementsAre(0, 2, 3, 0, 2, 1));
  EXPECT_THAT(column<std::string>(read["params"], "text"), ElementsAre("", "adam", "[8,4]", "", "sgd", ""));
  const Value& wide = read["wide"];
  EXPECT_EQ(wide["state"], Value({"stopped", "completed"}));
  EXPECT_EQ(wide["params/lr"], Value({0.5, 1.0}));
  EXPECT_EQ(wide["params/opt%2Fname"], Value({"adam", "sgd"}));
  EXPECT_EQ(wide["params/layers"], Value({"[8,4]", ""}));
  EXPECT_EQ(wide["metrics/eval%2Faccuracy"], Value({0.25, "nan"}));
  EXPECT_EQ(wide["metrics/loss"], Value({2.0, "inf"}));
}

TEST_F(MetricsFileTest, TakesEventsBitByBitAsWellAsAtOnce) {
  Ledger ledger = ledger_of(dir_ / "ledger.db", {});
  auto metrics = MetricsFile::create(file());
  ASSERT_TRUE(metrics) << metrics.error().message;
  for (const Event& event : small_sweep()) {
    std::vector<Event> one = {event};
    ASSERT_TRUE(ledger.append(one));
    ASSERT_TRUE(metrics->catch_up(ledger));
    ASSERT_TRUE(metrics->catch_up(ledger));
    ASSERT_EQ(metrics->applied(), one[0].seq);
  }
  ASSERT_TRUE(metrics->finish());
  ASSERT_TRUE(MetricsFile::open_or_rebuild(dir_ / "other.h5", ledger)->finish());
  EXPECT_EQ(read_metrics("dump", file()), read_metrics("dump", dir_ / "other.h5"));
}

TEST_F(MetricsFileTest, ClosedWithoutFinishOpensPlainly) {
  const Ledger ledger = ledger_of(dir_ / "ledger.db", small_sweep());
  ASSERT_TRUE(MetricsFile::open_or_rebuild(file(), ledger));
  EXPECT_EQ(read_metrics("dump", file())["applied"], 8);
}

TEST_F(MetricsFileTest, QueuesRunningTrialsAgainWhenASessionEnds) {
  auto metrics = MetricsFile::create(file());
  for (const Event& event : {suggestion(0, {}), suggestion(1, {}), of(event::Started{}, 1), of(event::Opened{}, -1)}) {
    metrics->apply(event);
  }
  ASSERT_TRUE(metrics->finish());
  EXPECT_EQ(read_metrics("dump", file())["wide"]["state"], Value({"queued", "queued"}));
}

/// Appends reports to a ledger and follows with the metrics file until it is killed; a new metric name now and then.
void write_until_killed(const TempDir& dir, const std::filesystem::path& file, int pipe) {
  auto ledger = Ledger::create(dir / "ledger.db", Durability::relaxed);
  std::vector<Event> first = {suggestion(0, {{"lr", 1}}), of(event::Started{}, 0)};
  auto metrics = MetricsFile::create(file);
  if (!ledger || !metrics || !ledger->append(first)) ::_exit(1);
  test::send(pipe, 1);
  for (Step step = 1;; ++step) {
    const double value = static_cast<double>(step) * 0.5;
    std::vector<Event> events = {report(0, step, {{"loss", value}, {"metric " + std::to_string(step / 100), value}})};
    if (!ledger->append(events) || !metrics->catch_up(*ledger)) ::_exit(1);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

TEST_F(MetricsFileTest, IsReadWhileItGrowsAndMadeWholeAfterAKill) {
  test::Child child([&](int pipe) { write_until_killed(dir_, file(), pipe); });
  std::int64_t begun = 0;
  ASSERT_TRUE(test::receive(child.pipe(), begun));
  const Value watched = read_metrics("watch", file(), "3000");
  ASSERT_TRUE(watched.is_object());
  EXPECT_GE(watched["rows"], 3000);
  EXPECT_GT(watched["grew"], 3);
  child.kill();
  EXPECT_GE(read_metrics("swmr", file())["reports"].size(), 3000U);

  const auto ledger = Ledger::open_read_only(dir_ / "ledger.db");
  ASSERT_TRUE(ledger) << ledger.error().message;
  auto rebuilt = MetricsFile::open_or_rebuild(file(), *ledger);
  ASSERT_TRUE(rebuilt) << rebuilt.error().message;
  EXPECT_EQ(read_metrics("swmr", file())["applied"], *ledger->last_seq());
  ASSERT_TRUE(rebuilt->finish());
  for (const char* mode : {"dump", "swmr"}) {
    const Value read = read_metrics(mode, file());
    EXPECT_EQ(read["applied"], *ledger->last_seq()) << mode;
    EXPECT_EQ(read["reports"].size(), 2 * (static_cast<std::size_t>(*ledger->last_seq()) - 2)) << mode;
    EXPECT_EQ(read["wide"]["params/lr"], Value({1.0})) << mode;
  }
}

TEST_F(MetricsFileTest, NamesTheFileThatCannotBeMade) {
  const auto failed = MetricsFile::create(dir_ / "absent/metrics.h5");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, errc::io);
  EXPECT_THAT(failed.error().message, testing::HasSubstr("absent/metrics.h5: cannot make the file"));
}

}  // namespace
}  // namespace winnow::metrics_file_test

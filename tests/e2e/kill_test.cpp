/// kill -9 at random moments: nothing that was acknowledged is lost or doubled.
#include <map>
#include <random>
#include <set>
#include <tuple>

#include <winnow/storage/checkpoints.hpp>

#include "support.hpp"

namespace winnow::kill_test {
namespace {

using test::curve_sweep;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::python;
using test::TempDir;
using test::winnow_program;
using test::write;

std::string killed_sweep(const std::string& variant, const std::string& checkpoints) {
  return test::acklog_sweep("{type: asha, max_t: 27, grace_period: 1, reduction_factor: 3" + variant + "}", 300, 4,
                            checkpoints);
}

/// One row a judged (trial, step); asserts that none is there twice.
std::map<std::pair<TrialId, Step>, double> judged(const std::vector<Event>& events) {
  std::map<std::pair<TrialId, Step>, double> rows;
  for (const Event& event : events) {
    const auto* reported = event.as<event::Reported>();
    if (reported == nullptr || !reported->judged) continue;
    EXPECT_TRUE(rows.emplace(std::pair(event.trial, reported->step), reported->metrics.front().second).second)
        << "trial " << event.trial << " step " << reported->step << " is there twice";
  }
  return rows;
}

/// How long this machine takes until a sweep has its ledger, in ms; with sanitizers that may be seconds.
unsigned start_ms(const std::filesystem::path& file, const std::filesystem::path& dir) {
  const auto begun = std::chrono::steady_clock::now();
  Process process({winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"});
  while (process.running() && !std::filesystem::exists(dir / "ledger.db")) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const auto taken = std::chrono::steady_clock::now() - begun;
  process.kill(SIGKILL);
  process.wait();
  return static_cast<unsigned>(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count());
}

/// Returns the events of the whole story.
std::vector<Event> kill_and_resume(const TempDir& temp, int times, const std::string& sweep) {
  const auto file = write(temp / "sweep.yaml", sweep);
  const auto dir = temp / "run";
  const unsigned latest_ms = 200 + 2 * start_ms(file, temp / "first");
  const auto acks = temp / "acks";
  std::mt19937 rng(20261124);
  int kills = 0;
  while (kills < times) {
    const bool fresh = !std::filesystem::exists(dir / "ledger.db");
    const std::vector<std::string> args =
        fresh ? std::vector<std::string>{winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"}
              : std::vector<std::string>{winnow_program(), "resume", dir.string(), "--quiet"};
    Process process(args, "", {"WINNOW_ACKLOG=" + acks.string(), "WINNOW_ACKLOG_DELAY_MS=20"});
    std::this_thread::sleep_for(std::chrono::milliseconds(20 + rng() % latest_ms));
    process.kill(SIGKILL);
    const Finished end = process.wait();
    EXPECT_EQ(end.signal, SIGKILL) << "the sweep ended after " << kills << " kills: " << end.out << end.err;
    ++kills;
  }
  const Finished last =
      Process({winnow_program(), "resume", dir.string(), "--quiet"}, "", {"WINNOW_ACKLOG=" + acks.string()}).wait();
  EXPECT_EQ(last.code, 0) << last.out << last.err;

  const auto events = events_of(dir);
  const auto rows = judged(events);
  std::ifstream log(acks);
  std::size_t acknowledged = 0;
  for (std::tuple<TrialId, Attempt, Step, std::string> line;
       log >> std::get<0>(line) >> std::get<1>(line) >> std::get<2>(line) >> std::get<3>(line); ++acknowledged) {
    const auto& [trial, attempt, step, value] = line;
    const auto row = rows.find({trial, step});
    if (row == rows.end()) {
      ADD_FAILURE() << "acknowledged, but not in the ledger: trial " << trial << " step " << step;
      continue;
    }
    EXPECT_EQ(format_double(row->second), value) << "trial " << trial << " step " << step;
  }
  EXPECT_GT(acknowledged, 100U);
  const auto trials =
      std::count_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::suggested; });
  EXPECT_EQ(trials, 300);
  EXPECT_EQ(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.state == TrialState::failed; }),
            0);
  expect_replays(dir);
  const Finished h5 = python("import h5py,sys; f=h5py.File(sys.argv[1]); print(len(f['reports']), len(f['trials']))",
                             {(dir / "metrics.h5").string()});
  const auto reports =
      std::count_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::reported; });
  EXPECT_EQ(h5.out, std::to_string(reports) + " 300\n") << h5.err;
  return events;
}

TEST(KillMinusNine, NothingAcknowledgedIsLostOrDoubled) {
  kill_and_resume(TempDir(), 20, killed_sweep("", ""));
}

TEST(KillMinusNine, WithoutCheckpointsTrialsGoOverOldGroundAndNothingIsJudgedTwice) {
  kill_and_resume(TempDir(), 20, killed_sweep("", "checkpoints: {last: 0, best: 0}\n"));
}

/// The pauses' checkpoints are kept whatever the settings say.
void expect_paused_checkpoints(const std::filesystem::path& dir, const std::vector<Event>& events) {
  std::map<TrialId, Event> paused;
  for (const Event& event : events) {
    if (event.kind() == EventKind::paused) paused[event.trial] = event;
    if (event.kind() == EventKind::promoted) paused.erase(event.trial);
  }
  EXPECT_GT(paused.size(), 50U);
  const CheckpointStore store(RunDir{dir}.checkpoints(), 0, 0);
  for (const auto& [trial, event] : paused) {
    const auto from_step = event.as<event::Paused>()->from_step;
    ASSERT_TRUE(from_step) << "trial " << trial;
    const auto newest = store.newest(trial, *from_step);
    EXPECT_TRUE(newest && *newest == from_step) << "trial " << trial << " paused at " << *from_step;
  }
}

TEST(KillMinusNine, PausesAndPromotionsAreKept) {
  const TempDir temp;
  const auto events =
      kill_and_resume(temp, 30, killed_sweep(", variant: promotion", "checkpoints: {last: 0, best: 0}\n"));
  const auto promotions =
      std::count_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::promoted; });
  EXPECT_GT(promotions, 50);
  expect_paused_checkpoints(temp / "run", events);
}

TEST(KillMinusNine, PausesWithCheckpointsOfEveryStepAreKept) {
  const TempDir temp;
  expect_paused_checkpoints(temp / "run", kill_and_resume(temp, 10, killed_sweep(", variant: promotion", "")));
}

TEST(KillMinusNine, AskTellHandsOutOpenTrialsFirst) {
  const TempDir temp;
  const auto file = write(temp / "sweep.yaml", curve_sweep(10));
  const auto dir = (temp / "run").string();
  {
    Process process({winnow_program(), "asktell", file.string(), "--dir", dir},
                    "{\"op\":\"ask\"}\n{\"op\":\"report\",\"trial\":0,\"step\":4,\"metrics\":{\"loss\":0.5}}\n", {},
                    true);
    while (process.running() &&
           (!std::filesystem::exists(std::filesystem::path(dir) / "ledger.db") ||
            !Ledger::open_read_only(std::filesystem::path(dir) / "ledger.db") || events_of(dir).size() < 5)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    process.kill(SIGKILL);
  }
  const Finished again = test::winnow({"asktell", file.string(), "--dir", dir}, "{\"op\":\"ask\"}\n");
  ASSERT_EQ(lines_of(again.out).size(), 1U) << again.err;
  const auto answer = Value::parse(lines_of(again.out)[0]);
  EXPECT_EQ(answer["trial"], 0);
  EXPECT_EQ(answer["attempt"], 2);
  EXPECT_EQ(answer["last_step"], 4);
}

}  // namespace
}  // namespace winnow::kill_test

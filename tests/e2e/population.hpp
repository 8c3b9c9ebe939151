#pragma once

#include <map>
#include <random>

#include "support.hpp"

namespace winnow::population_test {

using test::events_of;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::Process;
using test::TempDir;
using test::winnow_program;
using test::write;

inline std::size_t events_so_far(const std::filesystem::path& dir) {
  return std::filesystem::exists(dir / "ledger.db") ? events_of(dir).size() : 0;
}

/// Kills the sweep `times` times, each some `step` events after the last time, and lets it end.
inline void kill_and_resume(const std::filesystem::path& file, const std::filesystem::path& dir, int times,
                            unsigned step) {
  std::mt19937 rng(20261128);
  for (int kills = 0; kills < times; ++kills) {
    const std::size_t until = events_so_far(dir) + step / 2 + rng() % step;
    const std::vector<std::string> args =
        std::filesystem::exists(dir / "ledger.db")
            ? std::vector<std::string>{winnow_program(), "resume", dir.string(), "--quiet"}
            : std::vector<std::string>{winnow_program(), "run", file.string(), "--dir", dir.string(), "--quiet"};
    Process process(args);
    while (process.running() && events_so_far(dir) < until) std::this_thread::sleep_for(std::chrono::milliseconds(3));
    process.kill(SIGKILL);
    const Finished end = process.wait();
    ASSERT_EQ(end.signal, SIGKILL) << "the sweep ended after " << kills << " kills: " << end.out << end.err;
  }
  const Finished last = test::winnow({"resume", dir.string(), "--quiet"});
  EXPECT_EQ(last.code, 0) << last.out << last.err;
}

/// Who exploits takes over a state that was reported, of one that was better, and goes on right after its step.
/// Returns how many did. `sign`: -1 if the metric is minimised.
inline int check_exploits(const std::vector<Event>& events, const std::string& metric, double sign) {
  std::map<std::pair<TrialId, Step>, double> reported;
  std::map<TrialId, double> last;
  std::map<TrialId, Step> goes_on_after;
  int exploits = 0;
  for (const Event& event : events) {
    if (const auto* report = event.as<event::Reported>()) {
      const double value = sign * *find_metric(report->metrics, metric);
      if (const auto from = goes_on_after.find(event.trial); from != goes_on_after.end()) {
        EXPECT_EQ(report->step, from->second + 1) << "event " << event.seq;
        goes_on_after.erase(from);
      }
      reported[{event.trial, report->step}] = last[event.trial] = value;
    } else if (const auto* exploit = event.as<event::Exploited>()) {
      ++exploits;
      const auto state = reported.find({exploit->donor, *exploit->from_step});
      if (state == reported.end()) {
        ADD_FAILURE() << "event " << event.seq << ": no report of what it goes on from";
        continue;
      }
      EXPECT_GT(state->second, last[event.trial]) << "event " << event.seq;
      goes_on_after[event.trial] = *exploit->from_step;
    } else if (const auto* started = event.as<event::Started>()) {
      if (const auto from = goes_on_after.find(event.trial); from != goes_on_after.end()) {
        EXPECT_EQ(started->from_step, from->second) << "event " << event.seq;
      }
    }
  }
  return exploits;
}

}  // namespace winnow::population_test

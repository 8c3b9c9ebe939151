#pragma once

#include <map>

#include "kills.hpp"

namespace winnow::population_test {

using test::events_of;
using test::expect_replays;
using test::Finished;
using test::kill_and_resume;
using test::lines_of;
using test::TempDir;
using test::winnow_program;
using test::write;

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

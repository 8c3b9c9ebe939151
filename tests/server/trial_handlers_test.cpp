/// Trials, reports and curves over HTTP: of real sweeps, while they run and afterwards.
#include <cmath>
#include <set>
#include <thread>

#include "watched_sweep.hpp"

namespace winnow::server::trial_handlers_test {

using namespace winnow::server::test;

/// The numbers of all trials, page by page.
std::vector<TrialId> all_pages(WatchedSweep& sweep, const std::string& query) {
  std::vector<TrialId> numbers;
  for (std::string after; numbers.size() < 10'000;) {
    const auto page = sweep.look("/trials?" + query + (after.empty() ? "" : "&after=" + after));
    for (const auto& trial : page["trials"]) numbers.push_back(trial["trial"]);
    if (page["next"].is_null()) break;
    after = page["next"];
  }
  return numbers;
}

TEST(TrialHandlers, PagesInAnyOrderHaveEveryTrialOnce) {
  WatchedSweep sweep(curves_sweep(23));
  for (const char* query : {"limit=5", "limit=5&order=desc", "limit=5&sort=value", "limit=1&sort=value&order=desc",
                            "limit=23&sort=value", "limit=4&state=completed"}) {
    const auto numbers = all_pages(sweep, query);
    EXPECT_EQ(numbers.size(), 23U) << query;
    EXPECT_EQ(std::set<TrialId>(numbers.begin(), numbers.end()).size(), 23U) << query;
  }
  EXPECT_TRUE(sweep.look("/trials?state=failed")["trials"].empty());
  const auto by_value = sweep.look("/trials?sort=value")["trials"];
  for (std::size_t i = 1; i < by_value.size(); ++i) {
    EXPECT_LE(by_value[i - 1]["value"].get<double>(), by_value[i]["value"].get<double>());
  }
  EXPECT_EQ(by_value[0]["trial"], sweep.look("/best")["best"]["trial"]);
}

TEST(TrialHandlers, APageGoesOnWhereItEndedWhileTrialsArrive) {
  WatchedSweep sweep(curves_sweep(30, 3, "0.01"), false);
  std::vector<TrialId> numbers;
  std::string after;
  while (numbers.size() < 30) {
    const auto page = sweep.look("/trials?limit=7" + (after.empty() ? "" : "&after=" + after));
    for (const auto& trial : page["trials"]) numbers.push_back(trial["trial"]);
    if (!page["next"].is_null()) after = page["next"];
    if (page["next"].is_null() && !numbers.empty()) after = "n" + std::to_string(numbers.back()) + ":";
  }
  for (TrialId i = 0; i < 30; ++i) EXPECT_EQ(numbers[static_cast<std::size_t>(i)], i);
}

TEST(TrialHandlers, WhoWasAwayIsGivenWhatHasChanged) {
  WatchedSweep sweep(curves_sweep(40, 5, "0.01"), false);
  std::map<TrialId, OrderedJson> known;
  std::int64_t since = 0;
  bool done = false;
  while (!done) {
    done = sweep.manager.find(sweep.id)->state == SweepState::finished;
    const auto page = sweep.look("/trials?limit=10000&since=" + std::to_string(since));
    for (const auto& trial : page["trials"]) {
      EXPECT_GT(trial["changed"], since);
      known[trial["trial"]] = trial;
    }
    since = page["seq"];
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const auto all = sweep.look("/trials?limit=10000")["trials"];
  ASSERT_EQ(all.size(), 40U);
  for (const auto& trial : all) EXPECT_EQ(trial, known[trial["trial"]]);
  EXPECT_TRUE(sweep.look("/trials?since=" + std::to_string(since))["trials"].empty());
}

TEST(TrialHandlers, ColumnsAreSaidOnceOrByRow) {
  WatchedSweep sweep(curves_sweep(5));
  const auto rows = sweep.look("/trials?columns=trial,state,param.rate,metric.loss")["trials"];
  ASSERT_EQ(rows.size(), 5U);
  EXPECT_EQ(rows[2].size(), 4U);
  const auto columns = sweep.look("/trials?format=columns")["columns"];
  EXPECT_EQ(columns["param.rate"][2], rows[2]["param.rate"]);
  EXPECT_EQ(columns["metric.loss"][2], rows[2]["metric.loss"]);
  EXPECT_EQ(columns["state"], OrderedJson(std::vector<std::string>(5, "completed")));
  EXPECT_EQ(sweep.status("/trials?columns=trial,nothing"), 422U);
}

TEST(TrialHandlers, WhatIsKnownIsNotSentAgain) {
  WatchedSweep sweep(curves_sweep(5));
  for (const std::string target : {"/trials", "/trials/2", "/trials/2/reports", "/curves"}) {
    const Answer answer = sweep.ask(sweep.path + target);
    ASSERT_EQ(answer.result_int(), 200U) << target;
    const std::string etag(answer["ETag"].data(), answer["ETag"].size());
    const Answer again = sweep.ask(sweep.path + target, "If-None-Match: " + etag + "\r\n");
    EXPECT_EQ(again.result_int(), 304U) << target;
    EXPECT_TRUE(again.body().empty());
    EXPECT_EQ(sweep.status(target, "If-None-Match: W/\"1\"\r\n"), 200U) << target;
  }
}

TEST(TrialHandlers, ATrialIsWhatItIs) {
  WatchedSweep sweep(curves_sweep(3, 7));
  const auto trial = sweep.look("/trials/1");
  EXPECT_EQ(trial["state"], "completed");
  EXPECT_EQ(trial["step"], 7);
  EXPECT_EQ(trial["reports"], 7);
  EXPECT_GE(trial["ended"].get<double>(), trial["started"].get<double>());
  EXPECT_EQ(trial["seq"], sweep.manager.find(sweep.id)->last_seq);
}

TEST(TrialHandlers, ReportsHavePages) {
  WatchedSweep sweep(curves_sweep(3, 50));
  std::int64_t after = 0, step = 0;
  for (int pages = 0; pages < 10; ++pages) {
    const auto page = sweep.look("/trials/1/reports?limit=20&after=" + std::to_string(after));
    for (const auto& report : page["reports"]) {
      EXPECT_EQ(report["step"], ++step);
      EXPECT_EQ(report["trial"], 1);
    }
    if (page["next"].is_null()) break;
    after = page["next"];
  }
  EXPECT_EQ(step, 50);
  EXPECT_TRUE(sweep.look("/trials/1/reports?metric=other")["reports"].empty());
}

TEST(TrialHandlers, AFewPointsKeepTheLowestAndBothEnds) {
  WatchedSweep sweep(curves_sweep(1, 500));
  const auto whole = sweep.look("/trials/0/reports?points=100000")["points"];
  ASSERT_EQ(whole["value"].size(), 500U);
  const auto few = sweep.look("/trials/0/reports?points=50");
  EXPECT_EQ(few["count"], 500);
  const auto& points = few["points"];
  EXPECT_LE(points["value"].size(), 50U);
  EXPECT_GE(points["value"].size(), 20U);
  for (const char* field : {"seq", "attempt", "time", "step"}) EXPECT_EQ(points[field].size(), points["value"].size());
  EXPECT_EQ(points["step"].front(), 1);
  EXPECT_EQ(points["step"].back(), 500);
}

TEST(TrialHandlers, CurvesAreOfASampleOrOfThoseThatAreNamed) {
  WatchedSweep sweep(curves_sweep(30, 20));
  const auto sample = sweep.look("/curves?sample=8&points=10");
  EXPECT_EQ(sample["metric"], "loss");
  ASSERT_EQ(sample["curves"].size(), 8U);
  bool has_best = false;
  for (const auto& curve : sample["curves"]) {
    EXPECT_EQ(curve["count"], 20);
    EXPECT_LE(curve["value"].size(), 10U);
    has_best = has_best || curve["trial"] == sweep.look("/best")["best"]["trial"];
  }
  EXPECT_TRUE(has_best);
  EXPECT_EQ(sample["curves"], sweep.look("/curves?sample=8&points=10")["curves"]);
  const auto named = sweep.look("/curves?trials=7,3,7")["curves"];
  ASSERT_EQ(named.size(), 2U);
  EXPECT_EQ(named[0]["trial"], 3);
  EXPECT_EQ(named[0]["step"].size(), 20U);
  EXPECT_EQ(sweep.status("/curves?trials=99"), 404U);
  EXPECT_EQ(sweep.status("/curves?trials=x"), 422U);
  EXPECT_TRUE(sweep.look("/curves?since=" + std::to_string(sample["seq"].get<int>()))["curves"].empty());
}

TEST(TrialHandlers, WhatIsNotThereOrCannotBeAskedIsSaid) {
  WatchedSweep sweep(curves_sweep(2));
  EXPECT_EQ(sweep.ask("/api/v1/sweeps/none/trials").result_int(), 404U);
  EXPECT_EQ(sweep.ask("/api/v1/sweeps/none/events").result_int(), 404U);
  for (const char* target : {"/trials/2", "/trials/x", "/trials/-1", "/trials/9/reports", "/trials/2/logs"}) {
    EXPECT_EQ(sweep.status(target), 404U) << target;
  }
  for (const char* target : {"/trials?limit=0", "/trials?limit=10001", "/trials?sort=name", "/trials?state=asleep",
                             "/trials?columns=trial&columns=state", "/trials/0/reports?points=2", "/trials?what=1"}) {
    EXPECT_EQ(sweep.status(target), 400U) << target;
  }
  EXPECT_EQ(sweep.status("/trials?after=v3:0.5"), 422U) << "a place in another order";
  EXPECT_EQ(sweep.status("/trials?after=n"), 422U);
}

}  // namespace winnow::server::trial_handlers_test

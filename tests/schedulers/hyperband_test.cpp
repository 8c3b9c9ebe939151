/// Scenarios worked by hand (docs/algorithms/hyperband.md has the rule), and what Ray Tune decided.
#include <cmath>
#include <set>

#include "support.hpp"

namespace winnow::testing::hyperband_test {
namespace {

/// Brackets of 3 trials to 9; 5 to 3, the best 2 to 9; 9 to 1, the best 3 to 3, the best one to 9.
std::unique_ptr<Scheduler> nine(TrialId trials, Goal goal = Goal::maximize) {
  auto hyperband = make_or_fail("hyperband", {{"max_t", 9}}, {.goal = goal});
  for (TrialId trial = 0; trial < trials; ++trial) hyperband->created(trial, {});
  return hyperband;
}

/// Reports, and carries out a pause.
Verdict tell(Scheduler& scheduler, TrialId trial, double resource, double value) {
  const Decision decision = decide(scheduler, {trial, resource, value});
  if (decision.verdict == Verdict::pause) scheduler.set_promotable(trial, true);
  if (decision.verdict == Verdict::stop) {
    scheduler.ended(trial, decision.completed ? TrialState::completed : TrialState::stopped);
  }
  return decision.verdict;
}

struct Granted {
  std::set<TrialId> promoted;
  std::set<TrialId> dropped;
  bool operator==(const Granted&) const = default;
};

/// Carries out what it wishes for paused trials until that is nothing more.
Granted grant(Scheduler& scheduler, Room room = {}) {
  Granted granted;
  for (;;) {
    const Wish wish = scheduler.wish(room);
    if (const auto* drop = std::get_if<Drop>(&wish)) {
      EXPECT_TRUE(granted.dropped.insert(drop->trial).second);
      EXPECT_FALSE(drop->why.empty());
      scheduler.ended(drop->trial, TrialState::stopped);
    } else if (const auto trial = to_promote(wish)) {
      EXPECT_TRUE(granted.promoted.insert(*trial).second);
      scheduler.record_promotion(*trial);
      room.idle = false;
    } else {
      return granted;
    }
  }
}

TEST(Hyperband, TheFirstBracketRunsToTheEnd) {
  const auto hyperband = nine(3);
  for (double t = 1; t < 9; ++t) EXPECT_EQ(tell(*hyperband, 0, t, -t), Verdict::go_on);
  EXPECT_TRUE(decide(*hyperband, {0, 9, 1}).completed);
}

TEST(Hyperband, ABracketWaitsForItsLastTrialWhichIsNotPaused) {
  const auto hyperband = nine(8);
  for (const TrialId trial : {3, 4, 5, 6}) {
    EXPECT_EQ(tell(*hyperband, trial, 2, 0.5), Verdict::go_on);
    EXPECT_EQ(tell(*hyperband, trial, 3, static_cast<double>(trial)), Verdict::pause);
    EXPECT_EQ(grant(*hyperband), Granted());
  }
  EXPECT_EQ(tell(*hyperband, 7, 3, 5.5), Verdict::go_on);  // the best two of five are 6 and 7
  EXPECT_EQ(grant(*hyperband), (Granted{{6}, {3, 4, 5}}));
  EXPECT_EQ(tell(*hyperband, 6, 8, 0), Verdict::go_on) << "nothing is cut between 3 and 9";
}

TEST(Hyperband, TheLastOneStopsIfItFallsShortAndItIsSaidWhy) {
  const auto hyperband = nine(8);
  for (const TrialId trial : {3, 4, 5, 6}) tell(*hyperband, trial, 3, static_cast<double>(trial));
  const Decision decision = decide(*hyperband, {7, 3, 4.5});
  EXPECT_EQ(decision.verdict, Verdict::stop);
  EXPECT_EQ(decision.rung, 0);
  EXPECT_EQ(decision.why, "4.5 is not among the best 2 of its bracket at 3");
  hyperband->ended(7, TrialState::stopped);
  EXPECT_EQ(grant(*hyperband), (Granted{{5, 6}, {3, 4}}));
}

TEST(Hyperband, NineThreeOne) {
  const auto hyperband = nine(17, Goal::minimize);
  for (TrialId trial = 8; trial < 16; ++trial) tell(*hyperband, trial, 1, static_cast<double>(trial));
  EXPECT_EQ(tell(*hyperband, 16, 1, 16), Verdict::stop);
  EXPECT_EQ(grant(*hyperband), (Granted{{8, 9, 10}, {11, 12, 13, 14, 15}}));
  tell(*hyperband, 8, 3, 3);
  tell(*hyperband, 9, 3, 1);
  EXPECT_EQ(tell(*hyperband, 10, 3, 2), Verdict::stop);
  EXPECT_EQ(grant(*hyperband), (Granted{{9}, {8}}));
}

TEST(Hyperband, OfEqualValuesTheLaterTrialGoesOn) {
  const auto hyperband = nine(8);
  for (const TrialId trial : {3, 4, 5, 6}) tell(*hyperband, trial, 3, 1);
  EXPECT_EQ(tell(*hyperband, 7, 3, 1), Verdict::go_on);
  EXPECT_EQ(grant(*hyperband), (Granted{{6}, {3, 4, 5}}));
}

TEST(Hyperband, WhoeverEndedIsNotWaitedFor) {
  const auto hyperband = nine(8);
  for (const TrialId trial : {3, 4, 5}) tell(*hyperband, trial, 3, static_cast<double>(trial));
  hyperband->ended(6, TrialState::failed);
  EXPECT_EQ(grant(*hyperband), Granted());
  hyperband->ended(7, TrialState::completed);
  EXPECT_EQ(grant(*hyperband), (Granted{{4, 5}, {3}}));
}

TEST(Hyperband, ANonFiniteValueStopsAtTheMilestone) {
  const auto hyperband = nine(8);
  EXPECT_EQ(tell(*hyperband, 3, 2, std::nan("")), Verdict::go_on);
  EXPECT_EQ(tell(*hyperband, 3, 3, std::nan("")), Verdict::stop);
  EXPECT_EQ(tell(*hyperband, 4, 3, HUGE_VAL), Verdict::stop);
  tell(*hyperband, 5, 3, 5);
  tell(*hyperband, 6, 3, 6);
  EXPECT_EQ(tell(*hyperband, 7, 3, 1), Verdict::stop);
  EXPECT_EQ(grant(*hyperband), (Granted{{5, 6}, {}}));
}

TEST(Hyperband, ABracketThatWillNotFillIsCutAsItIs) {
  const auto hyperband = nine(6);  // three of the second bracket's five
  for (const TrialId trial : {3, 4, 5}) EXPECT_EQ(tell(*hyperband, trial, 3, -trial), Verdict::pause);
  EXPECT_EQ(grant(*hyperband, {.more = true}), Granted()) << "there may be more to come";
  EXPECT_EQ(grant(*hyperband, {.more = false}), (Granted{{3, 4}, {5}}));
  hyperband->created(6, {});  // run_cap was raised since: the bracket isn't opened again
  EXPECT_EQ(tell(*hyperband, 6, 1, 0), Verdict::pause) << "it is of the third bracket";
}

TEST(Hyperband, WhereNothingRunsABracketDoesNotWaitForAHeldTrial) {
  const auto hyperband = nine(8);
  for (const TrialId trial : {3, 4, 5, 6}) tell(*hyperband, trial, 3, static_cast<double>(trial));
  tell(*hyperband, 7, 2, 9);  // someone pauses it here
  EXPECT_EQ(grant(*hyperband, {.more = false}), Granted()) << "others run";
  EXPECT_EQ(grant(*hyperband, {.more = false, .idle = true}), (Granted{{5, 6}, {3, 4}}));
  EXPECT_EQ(tell(*hyperband, 7, 3, 5.5), Verdict::go_on) << "it would have been kept";
}

TEST(Hyperband, AHeldTrialKeepsItsPlace) {
  const auto hyperband = nine(8);
  for (const TrialId trial : {3, 4, 5, 6}) tell(*hyperband, trial, 3, static_cast<double>(trial));
  hyperband->set_promotable(6, false);
  EXPECT_EQ(tell(*hyperband, 7, 3, 0), Verdict::stop);
  EXPECT_EQ(grant(*hyperband), (Granted{{5}, {3, 4}}));
  hyperband->set_promotable(6, true);
  EXPECT_EQ(grant(*hyperband), (Granted{{6}, {}}));
}

TEST(Hyperband, ARetriedTrialIsJudgedByTheCutThatItMissed) {
  for (const auto& [value, verdict] : {std::pair(5.0, Verdict::go_on), std::pair(3.5, Verdict::stop)}) {
    const auto hyperband = nine(8);
    hyperband->ended(7, TrialState::failed);
    for (const TrialId trial : {3, 4, 5}) tell(*hyperband, trial, 3, static_cast<double>(trial));
    EXPECT_EQ(tell(*hyperband, 6, 3, 0), Verdict::stop);
    EXPECT_EQ(grant(*hyperband), (Granted{{4, 5}, {3}}));
    EXPECT_EQ(tell(*hyperband, 7, 3, value), verdict);
  }
}

TEST(Hyperband, WhoSkipsAMilestoneWaitsThereAsWell) {
  const auto hyperband = nine(17);
  for (TrialId trial = 8; trial < 16; ++trial) tell(*hyperband, trial, trial == 15 ? 4 : 1, static_cast<double>(trial));
  EXPECT_EQ(tell(*hyperband, 16, 1, 0), Verdict::stop);
  EXPECT_EQ(grant(*hyperband), (Granted{{13, 14}, {8, 9, 10, 11, 12}})) << "15 has come to 3 already";
  tell(*hyperband, 13, 3, 1);
  EXPECT_EQ(tell(*hyperband, 14, 3, 2), Verdict::stop);
  EXPECT_EQ(grant(*hyperband), (Granted{{15}, {13}}));
}

TEST(Hyperband, SaysItsBracketsAndWhatTheyTake) {
  using ::testing::ElementsAre;
  using ::testing::HasSubstr;
  EXPECT_THAT(nine(0)->describe(),
              ElementsAre("bracket 0: 3 trials to 9", "bracket 1: 5 trials to 3, the best 2 to 9",
                          "bracket 2: 9 trials to 1, the best 3 to 3, the best 1 to 9",
                          HasSubstr("17 trials and takes 75 at most"), HasSubstr("the rest is dropped")));
  EXPECT_EQ(nine(17)->rungs_of(16), (std::vector<double>{1, 3}));
}

TEST(Hyperband, RefusesOptionsOutOfRange) {
  const auto refusal = [](Value options) { return make_scheduler("hyperband", options, {}).error().message; };
  EXPECT_EQ(refusal({{"max_t", 0.5}}), "max_t: must be at least 1, got 0.5");
  EXPECT_EQ(refusal({{"reduction_factor", 1}}), "reduction_factor: must be greater than 1, got 1");
  EXPECT_THAT(refusal({{"max_t", 1e12}}), ::testing::HasSubstr("at most 1e9"));
}

/// What is left of a vector's event, whatever happened to others.
void expect_granted(Scheduler& hyperband, const Value& dropped, const Value& promoted, const Value& event) {
  const Granted expected{promoted.get<std::set<TrialId>>(), dropped.get<std::set<TrialId>>()};
  EXPECT_EQ(grant(hyperband), expected) << event;
}

void replay(const Value& vector) {
  const Goal goal = goal_of(vector);
  const auto hyperband = make_or_fail("hyperband", vector.at("options"), {.goal = goal});
  for (TrialId trial = 0; trial < vector.at("trials").get<TrialId>(); ++trial) hyperband->created(trial, {});
  for (const Value& event : vector.at("events")) {
    const auto trial = event[0].get<TrialId>();
    if (event[1].is_array()) {
      hyperband->ended(trial, TrialState::failed);
      expect_granted(*hyperband, event[1], event[2], event);
      continue;
    }
    const Decision decision = hyperband->judge({trial, event[1].get<double>(), event[2].get<double>()});
    EXPECT_EQ(decision.completed ? "complete" : to_string(decision.verdict), event[3].get<std::string>()) << event;
    tell(*hyperband, trial, event[1].get<double>(), event[2].get<double>());
    expect_granted(*hyperband, event[4], event[5], event);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(Hyperband, HalvesEveryVectorAsRayDid) {
  const Value cases = recorded("hyperband/vectors").at("cases");
  ASSERT_GE(cases.size(), 200U);
  for (std::size_t i = 0; i < cases.size() && !HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    replay(cases[i]);
  }
}

}  // namespace
}  // namespace winnow::testing::hyperband_test

/// Scenarios worked by hand (docs/algorithms/pbt.md has the rule), and what Ray Tune decided.
#include <cmath>
#include <set>

#include <winnow/schedulers/pbt.hpp>
#include <winnow/space/space.hpp>

#include "support.hpp"

namespace winnow::testing::pbt_test {
namespace {

const Value kEveryTwo{{"perturbation_interval", 2}, {"hyperparam_mutations", {"lr"}}};

Space one_rate() {
  return *Space::make({{.path = {"lr"}, .domain = Float{.law = Law::log_uniform, .a = 0.001, .b = 1}}});
}

/// A population of trials with learning rates 0.1, 0.2, 0.3, …
std::unique_ptr<Scheduler> population(TrialId size, Value more = Value::object(), Goal goal = Goal::maximize) {
  Value options = kEveryTwo;
  options.update(more);
  const Space space = one_rate();
  auto pbt = make_or_fail("pbt", options, {.goal = goal, .seed = 1, .space = &space});
  for (TrialId trial = 0; trial < size; ++trial) {
    pbt->created(trial, Assignment({{"lr", 0.1 * static_cast<double>(trial + 1)}}));
  }
  return pbt;
}

Decision tell(Scheduler& pbt, TrialId trial, Step step, double value, bool others_wait = false) {
  Decision decision = decide(pbt, {trial, static_cast<double>(step), value, step, {}, others_wait});
  if (decision.verdict == Verdict::pause) pbt.set_promotable(trial, true);
  return decision;
}

Verdict verdict(Scheduler& pbt, TrialId trial, Step step, double value) {
  return tell(pbt, trial, step, value).verdict;
}

constexpr Room kFull{.more = false};

TEST(Pbt, AMemberOfTheWorstQuarterGoesOnFromOneOfTheBest) {
  const auto pbt = population(4);
  EXPECT_EQ(verdict(*pbt, 0, 2, 0.9), Verdict::go_on);
  EXPECT_EQ(verdict(*pbt, 1, 2, 0.5), Verdict::pause) << "the worst of two: a quarter of two is rounded up";
  const Wish wish = pbt->wish(kFull);
  const auto* exploit = std::get_if<Exploit>(&wish);
  ASSERT_NE(exploit, nullptr);
  EXPECT_EQ(exploit->trial, 1);
  EXPECT_EQ(exploit->donor, 0);
  EXPECT_EQ(exploit->step, 2);
  EXPECT_EQ(exploit->why, "0.5 at 2 is among the worst 1 of 2; trial 0 had 0.9");
  const double rate = exploit->params.find("lr")->get<double>();
  EXPECT_TRUE(std::abs(rate - 0.12) < 1e-12 || std::abs(rate - 0.08) < 1e-12) << "or drawn anew: " << rate;
}

/// The learning rate that the loser gets if the program's function gives this.
Value rate_from(const Value& given) {
  const Space space = one_rate();
  const SpaceFunctions functions{{"mine", [given](const Assignment& changed, Rng&) {
                                    EXPECT_NE(*changed.find("lr"), 0.1) << "after the change";
                                    return given;
                                  }}};
  Value options = kEveryTwo;
  options["custom_explore_fn"] = "mine";
  auto pbt =
      make_or_fail("pbt", options, {.goal = Goal::maximize, .seed = 1, .space = &space, .functions = &functions});
  for (const TrialId trial : {0, 1}) pbt->created(trial, Assignment({{"lr", 0.1}}));
  tell(*pbt, 0, 2, 0.9);
  tell(*pbt, 1, 2, 0.5);
  const Wish wish = pbt->wish(kFull);
  const auto* exploit = std::get_if<Exploit>(&wish);
  EXPECT_NE(exploit, nullptr);
  EXPECT_EQ(pbt->options()["custom_explore_fn"], "mine");
  return exploit == nullptr ? Value() : *exploit->params.find("lr");
}

TEST(Pbt, AFunctionOfTheProgramHasTheLastWordWithinTheDomain) {
  EXPECT_EQ(rate_from({{"lr", 0.25}}), 0.25);
  EXPECT_EQ(rate_from({{"lr", 7}}), 1) << "the closest that there is";
  EXPECT_NE(rate_from({{"lr", "high"}}), "high");
  EXPECT_NE(rate_from({{"other", 0.25}}), 0.25);
  EXPECT_NE(rate_from(nullptr), 0.25);
}

TEST(Pbt, ALoserIsToldThatItsStateIsOfNoUse) {
  const auto pbt = population(4);
  EXPECT_FALSE(tell(*pbt, 0, 2, 0.9, true).exploits) << "it gives its slot up, and goes on by itself";
  EXPECT_TRUE(tell(*pbt, 1, 2, 0.5).exploits);
}

TEST(Pbt, NothingIsLookedAtBeforeTheIntervalAndTheBurnIn) {
  const auto pbt = population(4, {{"burn_in_period", 5}});
  for (const Step step : {1, 2, 3, 4}) {
    for (TrialId trial = 0; trial < 4; ++trial) EXPECT_EQ(verdict(*pbt, trial, step, -trial), Verdict::go_on);
  }
  EXPECT_EQ(pbt->lends(0), std::nullopt);
  EXPECT_EQ(verdict(*pbt, 0, 5, 1), Verdict::go_on);
  EXPECT_EQ(pbt->lends(0), 5);
  EXPECT_EQ(verdict(*pbt, 1, 5, 0), Verdict::pause);
  EXPECT_EQ(verdict(*pbt, 0, 6, -9), Verdict::go_on) << "one step after its look";
}

TEST(Pbt, WhoExploitsCountsItsIntervalFromTheDonorsStep) {
  const auto pbt = population(2);
  verdict(*pbt, 0, 2, 0.1);
  verdict(*pbt, 0, 4, 0.9);
  verdict(*pbt, 1, 2, 0.5);
  pbt->record_exploit(1, 0, 4, Assignment({{"lr", 0.12}}));
  EXPECT_EQ(pbt->lends(1), std::nullopt) << "its own state at 2 is given up";
  EXPECT_EQ(verdict(*pbt, 1, 5, 0.1), Verdict::go_on);
  EXPECT_EQ(verdict(*pbt, 1, 6, 0.1), Verdict::pause);
}

TEST(Pbt, AnExploitIsNeverOfOneThatIsNotBetter) {
  const auto pbt = population(4);
  for (TrialId trial = 0; trial < 4; ++trial) EXPECT_EQ(verdict(*pbt, trial, 2, 0.5), Verdict::go_on);
  EXPECT_EQ(verdict(*pbt, 0, 4, 0.4), Verdict::pause);
  for (TrialId trial = 1; trial < 4; ++trial) pbt->ended(trial, TrialState::completed);
  EXPECT_EQ(to_promote(pbt->wish(kFull)), 0) << "there is nobody left: it goes on by itself";
}

TEST(Pbt, WhileTrialsWaitForASlotEachGivesItsOwnUp) {
  const auto pbt = population(3);
  EXPECT_EQ(tell(*pbt, 0, 4, 0.5, true).verdict, Verdict::pause);
  EXPECT_EQ(tell(*pbt, 1, 2, 0.6, true).verdict, Verdict::pause);
  EXPECT_TRUE(std::holds_alternative<Create>(pbt->wish({.more = true}))) << "new ones first";
  EXPECT_EQ(to_promote(pbt->wish(kFull)), 1) << "then the one that has come the least far";
  pbt->record_promotion(1);
  EXPECT_EQ(to_promote(pbt->wish(kFull)), 0);
  EXPECT_EQ(tell(*pbt, 1, 3, 0.6, true).verdict, Verdict::go_on);
}

TEST(Pbt, NanIsTheWorst) {
  const auto pbt = population(4);
  for (TrialId trial = 0; trial < 3; ++trial) verdict(*pbt, trial, 2, trial);
  EXPECT_EQ(verdict(*pbt, 3, 2, std::nan("")), Verdict::pause);
  EXPECT_EQ(verdict(*pbt, 0, 4, 0), Verdict::go_on) << "one of four, and that is trial 3";
}

TEST(Pbt, SynchronouslyAllWaitForTheLastAndTheLosersGoFirst) {
  const auto pbt = population(4, {{"synch", true}});
  for (TrialId trial = 0; trial < 4; ++trial) {
    EXPECT_TRUE(std::holds_alternative<Create>(pbt->wish(kFull)));
    EXPECT_EQ(verdict(*pbt, trial, 2, trial == 2 ? 0.1 : 0.5 + 0.1 * static_cast<double>(trial)), Verdict::pause);
  }
  const Wish first = pbt->wish(kFull);
  const auto* exploit = std::get_if<Exploit>(&first);
  ASSERT_NE(exploit, nullptr);
  EXPECT_EQ(exploit->trial, 2);
  EXPECT_EQ(exploit->donor, 3);
  pbt->record_exploit(2, 3, 2, exploit->params);
  for (const TrialId next : {0, 1, 3}) {
    EXPECT_EQ(to_promote(pbt->wish(kFull)), next);
    pbt->record_promotion(next);
  }
  EXPECT_EQ(verdict(*pbt, 0, 3, 0), Verdict::go_on);
  EXPECT_EQ(verdict(*pbt, 0, 4, 0), Verdict::pause);
}

TEST(Pbt, SynchronouslyNobodyWaitsForOneThatEndedOrThatSomeoneHolds) {
  const auto pbt = population(3, {{"synch", true}});
  verdict(*pbt, 0, 2, 0.5);
  pbt->ended(1, TrialState::failed);
  EXPECT_TRUE(std::holds_alternative<Create>(pbt->wish(kFull)));
  EXPECT_EQ(to_promote(pbt->wish({.more = false, .idle = true})), 0);
  verdict(*pbt, 2, 2, 0.4);
  EXPECT_TRUE(std::holds_alternative<Exploit>(pbt->wish(kFull)));
}

TEST(Pbt, AtMaxTATrialIsComplete) {
  const auto pbt = population(2, {{"max_t", 10}});
  EXPECT_TRUE(pbt->judge({0, 10, 0.5, 10}).completed);
}

TEST(Pbt, SaysWhatItWillDo) {
  EXPECT_THAT(
      population(2)->describe(),
      ::testing::ElementsAre("every 2 steps a trial is compared with all that haven't ended: the worst 25 % go on "
                             "from the checkpoints of the best 25 %",
                             "lr then change: drawn anew with probability 0.25, else times 1.2 or 0.8, or to the "
                             "next choice",
                             ::testing::HasSubstr("gives its own up")));
}

TEST(Pbt, RefusesOptionsOutOfRange) {
  const Space space = one_rate();
  const auto refusal = [&](const Value& more) {
    Value options = kEveryTwo;
    options.update(more);
    return make_scheduler("pbt", options, {.space = &space}).error().message;
  };
  EXPECT_EQ(refusal({{"perturbation_interval", 0}}), "perturbation_interval: must be greater than 0, got 0");
  EXPECT_EQ(refusal({{"quantile_fraction", 0.6}}), "quantile_fraction: must be between 0 and 0.5, got 0.6");
  EXPECT_EQ(refusal({{"perturbation_factors", {1.2, -1}}}),
            "perturbation_factors: must be numbers greater than 0, got -1");
  EXPECT_EQ(refusal({{"hyperparam_mutations", {"rate"}}}),
            "hyperparam_mutations: 'rate' is no parameter of the space (it has lr)");
  EXPECT_THAT(make_scheduler("pbt", {{"perturbation_interval", 1}}, {}).error().message,
              ::testing::HasSubstr("hyperparam_mutations: is required"));
}

// --- as Ray Tune

/// The generation's losers, by what is wished for; all go on.
std::set<TrialId> release_all(Scheduler& pbt) {
  std::set<TrialId> losers;
  for (;;) {
    const Wish wish = pbt.wish(kFull);
    if (const auto* exploit = std::get_if<Exploit>(&wish)) {
      EXPECT_TRUE(losers.insert(exploit->trial).second);
      pbt.record_promotion(exploit->trial);  // Ray's clones are left out
    } else if (const auto trial = to_promote(wish)) {
      pbt.record_promotion(*trial);
    } else {
      return losers;
    }
  }
}

std::set<TrialId> losers_of(const Value& looked) {
  std::set<TrialId> losers;
  for (const Value& one : looked) {
    if (one[1].get<bool>()) losers.insert(one[0].get<TrialId>());
  }
  return losers;
}

void replay(const Value& vector) {
  const Goal goal = goal_of(vector);
  const auto pbt = population(vector.at("trials").get<TrialId>(), vector.at("options"), goal);
  const bool synch = vector.at("options").at("synch").get<bool>();
  for (const Value& event : vector.at("events")) {
    const auto trial = event[0].get<TrialId>();
    if (event[1] == "e") {
      pbt->ended(trial, TrialState::completed);
      continue;
    }
    const Decision decision = tell(*pbt, trial, event[1].get<Step>(), event[2].get<double>());
    if (synch) {
      if (!event[3].empty()) {
        ASSERT_EQ(release_all(*pbt), losers_of(event[3])) << event;
      }
      continue;
    }
    ASSERT_EQ(decision.verdict == Verdict::pause, event[3].get<bool>()) << event;
    if (!event[3].get<bool>()) continue;
    const Wish wish = pbt->wish(kFull);
    const auto* exploit = std::get_if<Exploit>(&wish);
    ASSERT_NE(exploit, nullptr) << event;
    const auto best = event[4].get<std::vector<TrialId>>();
    ASSERT_THAT(best, ::testing::Contains(exploit->donor)) << event;
    pbt->record_exploit(trial, best.front(), *pbt->lends(best.front()), exploit->params);
  }
}

TEST(Pbt, FindsTheLosersOfEveryVectorAsRayDid) {
  const Value cases = recorded("pbt/vectors").at("cases");
  ASSERT_GE(cases.size(), 200U);
  for (std::size_t i = 0; i < cases.size() && !HasFailure(); ++i) {
    SCOPED_TRACE("case " + std::to_string(i));
    replay(cases[i]);
  }
}

}  // namespace
}  // namespace winnow::testing::pbt_test

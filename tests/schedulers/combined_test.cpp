/// any_of and all_of: verdicts, pauses, ends and what each one records, worked by hand.
#include <map>

#include "support.hpp"

namespace winnow::testing::combined_test {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

std::unique_ptr<Scheduler> make(std::string_view type, const char* of) {
  return make_or_fail(type, {{"of", Value::parse(of)}}, {.goal = Goal::maximize});
}

std::string refused(std::string_view type, const Value& options) {
  const auto made = make_scheduler(type, options, {});
  return made ? std::string() : made.error().message;
}

/// Reports; a pause is carried out at once.
Decision reports(Scheduler& scheduler, TrialId trial, double resource, double value) {
  const Judged judged{.trial = trial, .resource = resource, .value = value, .step = static_cast<Step>(resource)};
  Decision decision = decide(scheduler, judged);
  if (decision.verdict == Verdict::pause) scheduler.set_promotable(trial, true);
  if (decision.verdict == Verdict::stop) scheduler.ended(trial, TrialState::stopped);
  return decision;
}

std::optional<TrialId> promote(Scheduler& scheduler) {
  const auto next = to_promote(scheduler.wish({}));
  if (next) scheduler.record_promotion(*next);
  return next;
}

constexpr const char* kFloors =
    R"([{"type": "optuna_threshold", "lower": 0.5}, {"type": "optuna_threshold", "lower": 0.2}])";

TEST(AnyOf, StopsWhenOneOfThemWould) {
  const auto any = make("any_of", kFloors);
  EXPECT_EQ(reports(*any, 0, 1, 0.6).verdict, Verdict::go_on);
  EXPECT_EQ(reports(*any, 0, 2, 0.3).verdict, Verdict::stop);
}

TEST(AllOf, StopsWhenAllOfThemWould) {
  const auto all = make("all_of", kFloors);
  EXPECT_EQ(reports(*all, 0, 1, 0.6).verdict, Verdict::go_on);
  EXPECT_EQ(reports(*all, 0, 2, 0.3).verdict, Verdict::go_on);
  EXPECT_EQ(reports(*all, 0, 3, 0.1).verdict, Verdict::stop);
}

TEST(AnyOf, SaysWhoStoppedItAndWhy) {
  const auto any = make("any_of", R"([{"type": "asha", "max_t": 27, "reduction_factor": 3},
                                      {"type": "optuna_threshold", "lower": 0.5}])");
  const std::string why = reports(*any, 0, 1, 0.3).why;
  EXPECT_TRUE(why.starts_with("optuna_threshold: ")) << why;
  reports(*any, 1, 1, 0.9);
  EXPECT_EQ(reports(*any, 2, 1, 0.6).why, "asha");
  EXPECT_EQ(reports(*any, 1, 27, 0.1).why, "") << "complete";
}

TEST(AllOf, SaysWhyEachOfThemStoppedIt) {
  const auto all = make("all_of", kFloors);
  const std::string why = reports(*all, 0, 1, 0.1).why;
  EXPECT_THAT(why, ::testing::MatchesRegex("optuna_threshold: .*; optuna_threshold: .*"));
}

constexpr const char* kTwoEnds = R"([{"type": "fifo", "max_t": 9}, {"type": "fifo", "max_t": 5}, {"type": "fifo"}])";

TEST(AnyOf, CompletesAtTheSmallestMaxT) {
  const auto any = make("any_of", kTwoEnds);
  EXPECT_THAT(any->max_t(), Optional(5));
  EXPECT_FALSE(reports(*any, 0, 4, 1).completed);
  EXPECT_TRUE(reports(*any, 0, 5, 1).completed);
}

TEST(AllOf, CompletesAtTheLargestMaxT) {
  const auto all = make("all_of", kTwoEnds);
  EXPECT_THAT(all->max_t(), Optional(9));
  EXPECT_EQ(reports(*all, 0, 5, 1).verdict, Verdict::go_on);
  EXPECT_TRUE(reports(*all, 0, 9, 1).completed);
}

constexpr const char* kPausing = R"([{"type": "optuna_threshold", "lower": 0.5},
    {"type": "asha", "max_t": 27, "reduction_factor": 3, "variant": "promotion"}])";

TEST(AnyOf, PausesAndPromotesAsTheOneThatPauses) {
  const auto any = make("any_of", kPausing);
  EXPECT_TRUE(any->promotes());
  EXPECT_THAT(any->rungs_of(0), ElementsAre(1, 3, 9));
  EXPECT_EQ(reports(*any, 0, 1, 0.6).verdict, Verdict::pause);
  EXPECT_EQ(reports(*any, 1, 1, 0.7).verdict, Verdict::pause);
  EXPECT_EQ(promote(*any), std::nullopt);
  EXPECT_EQ(reports(*any, 2, 1, 0.8).verdict, Verdict::pause);
  EXPECT_THAT(promote(*any), Optional(2));
}

TEST(AnyOf, AStopBesideAPauseStopsAndCountsInTheRung) {
  const auto any = make("any_of", kPausing);
  const Decision decision = reports(*any, 0, 1, 0.4);
  EXPECT_EQ(decision.verdict, Verdict::stop);
  EXPECT_EQ(decision.rung, 0);
  reports(*any, 1, 1, 0.6);
  EXPECT_EQ(reports(*any, 2, 1, 0.7).verdict, Verdict::pause);
  EXPECT_THAT(promote(*any), Optional(2)) << "the best of three that were recorded";
}

TEST(AllOf, PausesOnlyATrialThatTheOthersWouldStop) {
  const auto all = make("all_of", kPausing);
  EXPECT_EQ(reports(*all, 0, 1, 0.6).verdict, Verdict::go_on) << "asha alone would pause it";
  EXPECT_EQ(reports(*all, 1, 1, 0.3).verdict, Verdict::pause);
  EXPECT_EQ(reports(*all, 2, 1, 0.4).verdict, Verdict::pause);
  EXPECT_EQ(promote(*all), std::nullopt) << "two are recorded: trial 0 runs";
  EXPECT_EQ(reports(*all, 0, 2, 0.35).verdict, Verdict::pause) << "asked again";
  EXPECT_THAT(promote(*all), Optional(2));
}

/// Stops that didn't happen leave no trace in asha's rung.
TEST(AllOf, EachRecordsAsIfAlone) {
  const char* of = R"([{"type": "asha", "max_t": 27, "reduction_factor": 3}, {"type": "optuna_threshold",
                       "lower": 0}])";
  const auto all = make("all_of", of);
  const auto alone = make_or_fail("asha", {{"max_t", 27}, {"reduction_factor", 3}}, {.goal = Goal::maximize});
  for (TrialId trial = 0; trial < 6; ++trial) {
    const Judged judged{.trial = trial, .resource = 1, .value = 1 - 0.1 * static_cast<double>(trial), .step = 1};
    const Decision together = decide(*all, judged);
    EXPECT_EQ(together.verdict, Verdict::go_on) << "above the threshold";
    EXPECT_EQ(together.rung, decide(*alone, judged).rung);
  }
  const Judged bad{.trial = 6, .resource = 1, .value = -1, .step = 1};
  EXPECT_EQ(alone->judge(bad).verdict, Verdict::stop);
  EXPECT_EQ(all->judge(bad).verdict, Verdict::stop);
}

TEST(AnyOf, MayHoldAnother) {
  const auto any = make("any_of", R"([{"type": "all_of", "of": [{"type": "optuna_threshold", "lower": 0.5},
      {"type": "asha", "max_t": 27, "reduction_factor": 3, "variant": "promotion"}]}, {"type": "fifo", "max_t": 3}])");
  EXPECT_TRUE(any->promotes());
  EXPECT_EQ(reports(*any, 0, 1, 0.4).verdict, Verdict::pause);
  EXPECT_TRUE(reports(*any, 1, 3, 0.9).completed);
}

TEST(AnyOf, OnlyOneMayPause) {
  EXPECT_EQ(
      refused("any_of",
              {{"of", {{{"type", "pasha"}, {"max_t", 9}}, {{"type", "median_stopping"}, {"hard_stop", false}}}}}),
      "of: pasha and median_stopping both pause trials; at most one may, because a paused trial waits for the one "
      "that paused it");
}

TEST(AnyOf, RefusesWhatIsNoListOfSchedulers) {
  const std::string needs = "a list of schedulers, each with its type: [{type: median_stopping}, …]";
  EXPECT_EQ(refused("any_of", Value::object()), "of: must be " + needs);
  EXPECT_EQ(refused("all_of", {{"of", Value::array()}}), "of: must be " + needs + "; it is empty");
  EXPECT_EQ(refused("all_of", {{"of", {{{"max_t", 9}}}}}), "of: entry 1 has no type; must be " + needs);
  EXPECT_EQ(refused("any_of", {{"of", {{{"type", "fifo"}}, {{"type", "asha"}, {"max_t", 0}}}}}),
            "of: entry 2: max_t: must be at least 1, got 0");
  EXPECT_EQ(refused("any_of", {{"of", {{{"type", "fifo"}, {"resource", "reports"}}}}}),
            "of: entry 1 (fifo) has a resource; it is the same for all, and stands beside `of`");
}

TEST(AnyOf, TakesTheResourceThatOneOfThemTakes) {
  const Value both = {{"of", {{{"type", "fifo"}}, {{"type", "optuna_median"}}}}};
  EXPECT_EQ(own_resource("any_of", both), "step");
  EXPECT_EQ(own_resource("any_of", {{"of", {{{"type", "all_of"}, {"of", both.at("of")}}}}}), "step");
  EXPECT_EQ(own_resource("all_of", {{"of", {{{"type", "fifo"}}}}}), "");
  EXPECT_EQ(refused("any_of", {{"of", {{{"type", "optuna_median"}}, {{"type", "wandb_hyperband"}, {"min_iter", 1}}}}}),
            "of: optuna_median takes the resource step only, wandb_hyperband only reports: they can't stand side by "
            "side");
}

}  // namespace
}  // namespace winnow::testing::combined_test

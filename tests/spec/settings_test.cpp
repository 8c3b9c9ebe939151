#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <winnow/spec/settings.hpp>

#include "../sweep/support.hpp"

namespace winnow::settings_test {
namespace {

using test::Desk;
using test::fifo_spec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kBase = R"({
  "name": "base", "method": "random", "seed": 3, "num_samples": 1,
  "metric": {"name": "loss", "goal": "minimize", "target": 0.5, "scope": "last"},
  "parameters": {"lr": {"min": 1, "max": 5}, "opt": {"values": ["adam", "sgd"]}},
  "scheduler": {"type": "asha", "max_t": 9, "reduction_factor": 3},
  "trainer": {"type": "landscape", "steps": 9},
  "run_cap": 20, "slots": "auto", "resources": {"cpus": 1, "gpus": 0}, "devices": [0],
  "budget": {"wall": "1h", "resource": 1000, "no_improvement": 50},
  "trial": {"time_limit": 60, "report_timeout": 30, "grace": 5, "retries": {"lost": 1, "error": 0}, "on_nan": "rank"},
  "failures": {"max": 3, "first": 5}, "checkpoints": {"last": 1, "best": 1},
  "start_with": [{"lr": 2}], "isolation": "thread", "durability": "full"})";

SweepSpec parse(const Value& file) {
  auto parsed = parse_spec(file.dump(), "base.json");
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message);
  return parsed ? std::move(parsed->spec) : SweepSpec();
}

SweepSpec base() {
  return parse(Value::parse(kBase));
}

/// The base with one value in another place: `/budget/wall`.
SweepSpec edited(const std::string& pointer, const Value& value) {
  Value file = Value::parse(kBase);
  file[Value::json_pointer(pointer)] = value;
  return parse(file);
}

std::string dotted(std::string pointer) {
  std::replace(pointer.begin(), pointer.end(), '/', '.');
  return pointer.substr(1);
}

struct Case {
  const char* pointer;
  Value value;
};

class ASetting : public ::testing::TestWithParam<Case> {};

TEST_P(ASetting, ChangesAloneFromTheFileAndByName) {
  const auto& [pointer, value] = GetParam();
  const SweepSpec after = edited(pointer, value);
  const auto found = changes(base(), after);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().name, dotted(pointer));
  SweepSpec spec = base();
  const auto one = change(spec, dotted(pointer), value);
  ASSERT_TRUE(one.has_value()) << one.error().message;
  EXPECT_EQ(*one, found->front());
  EXPECT_EQ(spec, after);
  SweepSpec again = base();
  ASSERT_TRUE(change(again, one->name, one->after).has_value()) << "as the ledger has it";
  EXPECT_EQ(again, after);
}

TEST_P(ASetting, CanBeTakenOutOfTheFile) {
  Value file = Value::parse(kBase);
  const Value::json_pointer pointer(GetParam().pointer);
  file.at(pointer.parent_pointer()).erase(pointer.back());
  const auto found = changes(base(), parse(file));
  ASSERT_TRUE(found.has_value()) << found.error().message;
  for (const Change& change : *found) EXPECT_EQ(change.name, dotted(GetParam().pointer));
}

INSTANTIATE_TEST_SUITE_P(
    Every, ASetting,
    ::testing::Values(Case{"/run_cap", 100}, Case{"/slots", 4}, Case{"/durability", "relaxed"},
                      Case{"/isolation", "process"}, Case{"/resources/cpus", 2.5}, Case{"/resources/gpus", 0.25},
                      Case{"/devices", {1, "GPU-8932f937"}}, Case{"/budget/wall", "2h"}, Case{"/budget/resource", 0.1},
                      Case{"/budget/no_improvement", 9}, Case{"/metric/target", 0.123456789012345678},
                      Case{"/trial/time_limit", "10m"}, Case{"/trial/report_timeout", 1.5}, Case{"/trial/grace", 0},
                      Case{"/trial/retries/lost", 9}, Case{"/trial/retries/error", 2}, Case{"/trial/retries/oom", 3},
                      Case{"/trial/on_nan", "fail"}, Case{"/trial/on_time_limit", "stop"}, Case{"/failures/max", 0},
                      Case{"/failures/first", 0}, Case{"/failures/quick", "1m"}, Case{"/checkpoints/last", 0},
                      Case{"/checkpoints/best", 7}),
    [](const auto& tested) { return "Case" + std::to_string(tested.index); });

TEST(Settings, AreAllCoveredAbove) {
  EXPECT_EQ(settings_of(base()).size(), 25U);
}

TEST(Settings, SpellingAndOrderDontMatter) {
  EXPECT_THAT(*changes(base(), edited("/budget/wall", 3600)), ElementsAre());
  EXPECT_THAT(*changes(base(), edited("/trial/time_limit", "1m")), ElementsAre());
}

TEST(Settings, ATargetThatIsTakenAwayIsNone) {
  Value file = Value::parse(kBase);
  file["metric"].erase("target");
  EXPECT_THAT(*changes(base(), parse(file)), ElementsAre(Change{"metric.target", 0.5, Value()}));
}

TEST(Settings, SeveralMetricsHaveATargetEach) {
  SweepSpec spec = base();
  spec.metrics.push_back({.name = "size", .goal = Goal::minimize, .target = std::nullopt});
  SweepSpec after = spec;
  after.metrics[1].target = 3;
  EXPECT_THAT(*changes(spec, after), ElementsAre(Change{"metrics[1].target", Value(), 3}));
  ASSERT_TRUE(change(spec, "metrics[1].target", 3).has_value());
  EXPECT_EQ(spec, after);
}

class AFixedKey : public ::testing::TestWithParam<Case> {};

TEST_P(AFixedKey, IsRefusedWithItsPathAndBothValues) {
  const auto& [pointer, value] = GetParam();
  const auto found = changes(base(), edited(pointer, value));
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, errc::invalid_input);
  EXPECT_THAT(found.error().message, HasSubstr("\n  " + dotted(pointer) + ": "));
  EXPECT_THAT(found.error().message, HasSubstr(" -> " + value.dump()));
  SweepSpec spec = base();
  const auto one = change(spec, dotted(pointer), value);
  ASSERT_FALSE(one.has_value());
  EXPECT_THAT(one.error().message, HasSubstr("what is searched or how"));
  EXPECT_EQ(spec, base());
}

INSTANTIATE_TEST_SUITE_P(Every, AFixedKey,
                         ::testing::Values(Case{"/name", "other"}, Case{"/method", "grid"}, Case{"/seed", 4},
                                           Case{"/num_samples", 2}, Case{"/metric/name", "error"},
                                           Case{"/metric/goal", "maximize"}, Case{"/metric/scope", "best"},
                                           Case{"/parameters/lr/max", 7},
                                           Case{"/parameters/opt/values", {"adam", "lamb"}},
                                           Case{"/scheduler/max_t", 27}, Case{"/scheduler/resource", "reports"},
                                           Case{"/trainer/steps", 27}, Case{"/trainer/type", "classifier"},
                                           Case{"/trainer/extra", "new"}, Case{"/start_with", {{{"lr", 3}}}}),
                         [](const auto& tested) { return "Case" + std::to_string(tested.index); });

TEST(Settings, ARefusedEditNamesEveryPlaceAndNoSetting) {
  SweepSpec after = edited("/parameters/lr/max", 7);
  after.seed = 9;
  after.run_cap = 100;
  const auto found = changes(base(), after);
  ASSERT_FALSE(found.has_value());
  EXPECT_THAT(found.error().message, HasSubstr("parameters.lr.max: 5 -> 7"));
  EXPECT_THAT(found.error().message, HasSubstr("seed: 3 -> 9"));
  EXPECT_THAT(found.error().message, Not(HasSubstr("run_cap")));
}

TEST(Settings, ValuesThatTheFileWouldntTakeAreRefused) {
  SweepSpec spec = base();
  const auto refusal = [&](const char* name, const Value& value) {
    const auto changed = change(spec, name, value);
    EXPECT_EQ(spec, base());
    return changed ? "taken" : changed.error().message;
  };
  EXPECT_EQ(refusal("run_cap", 0), "run_cap: must be an integer of at least 1, got 0");
  EXPECT_THAT(refusal("budget.wall", "soon"), HasSubstr("budget.wall: must be a time such as 2h"));
  EXPECT_THAT(refusal("durability", "some"), HasSubstr("full, relaxed"));
  EXPECT_THAT(refusal("metric.target", "low"), HasSubstr("must be a finite number"));
  EXPECT_THAT(refusal("rn_cap", 3), HasSubstr("did you mean run_cap?"));
  EXPECT_THAT(refusal("budget", 3), HasSubstr("budget.wall"));
  EXPECT_THAT(refusal("attempts_per_worker", 20), HasSubstr("is for isolation: process"));
}

Event changed(const char* name, const Value& value, double now) {
  event::Changed settings;
  settings.params.set(name, value);
  Event event = event_of(std::move(settings), now, "command");
  return event;
}

TEST(ChangedSettings, ARaisedRunCapLetsAFinishedSweepGoOn) {
  SweepSpec spec = fifo_spec();
  spec.run_cap = 1;
  Desk desk(spec);
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  ASSERT_TRUE(std::holds_alternative<Done>(desk.sweep.next()));
  desk.record({event_of(event::Finished{}, desk.now, "done"), event_of(event::Opened{}, desk.now),
               changed("run_cap", 2, desk.now)});
  EXPECT_TRUE(std::holds_alternative<NewTrial>(desk.sweep.next()));
  desk.record({changed("run_cap", Value(), desk.now)});
  EXPECT_EQ(desk.sweep.spec().run_cap, std::nullopt);
}

TEST(ChangedSettings, ATargetIsComparedAnewWithWhatTrialsHaveReached) {
  SweepSpec spec = fifo_spec();
  spec.run_cap = 10;
  Desk desk(spec);
  const TrialId trial = desk.create();
  desk.loss(trial, 1, 0.25);
  desk.loss(trial, 2, 0.75);
  desk.record(*desk.sweep.on_completed(trial, 0, desk.now));
  desk.record({changed("metric.target", 0.3, desk.now)});
  EXPECT_TRUE(std::holds_alternative<Done>(desk.sweep.next())) << "0.25 had been better";
  desk.record({changed("metric.target", 0.2, desk.now)});
  EXPECT_TRUE(std::holds_alternative<NewTrial>(desk.sweep.next()));
  desk.record({changed("metric.target", 0.3, desk.now), changed("metric.target", Value(), desk.now)});
  EXPECT_TRUE(std::holds_alternative<NewTrial>(desk.sweep.next()));
}

TEST(ChangedSettings, AWallBudgetThatIsRaisedIsNoLongerUsedUp) {
  SweepSpec spec = fifo_spec();
  spec.budget_wall = 60;
  Desk desk(spec);
  desk.now += 100;
  desk.record({*desk.sweep.on_clock(100, desk.now)});
  ASSERT_TRUE(std::holds_alternative<Done>(desk.sweep.next()));
  desk.record({event_of(event::Opened{}, desk.now), changed("budget.wall", 90, desk.now)});
  EXPECT_TRUE(std::holds_alternative<Done>(desk.sweep.next())) << "not enough";
  desk.record({changed("budget.wall", 200, desk.now)});
  EXPECT_TRUE(std::holds_alternative<NewTrial>(desk.sweep.next()));
}

TEST(ChangedSettings, AnEventThatNamesNoSettingIsCorrupt) {
  Desk desk(fifo_spec());
  const auto applied = desk.sweep.apply(changed("seed", 3, desk.now));
  ASSERT_FALSE(applied.has_value());
  EXPECT_EQ(applied.error().code, errc::corrupt);
}

}  // namespace
}  // namespace winnow::settings_test

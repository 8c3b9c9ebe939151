/// W&B's early termination: against histories that the engine has judged (tests/data/wandb_hyperband/make_vectors.py
/// recorded them), against the rule in its plainest form, and its options.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/wandb_hyperband.hpp>

#include "support.hpp"

namespace winnow::testing::wandb_hyperband_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::unique_ptr<Scheduler> hyperband(const Value& options, Goal goal = Goal::minimize) {
  return make_or_fail("wandb_hyperband", options, {.goal = goal});
}

void tell(Scheduler& scheduler, TrialId trial, std::initializer_list<double> values) {
  for (const double value : values) scheduler.record({.trial = trial, .value = value}, {});
}

// --- recorded from the engine

Value cases_of(const std::string& name) {
  return recorded("wandb_hyperband/" + name).at("cases");
}

std::unique_ptr<Scheduler> scheduler_of(const Value& vector) {
  return hyperband(vector.at("options"), goal_of(vector));
}

Judged judged_of(TrialId trial, const Value& value) {
  return {.trial = trial, .value = number_from_json(value).value()};
}

void end(Scheduler& scheduler, TrialId trial, const std::string& state) {
  if (state == "running") return;
  state == "finished" ? scheduler.ended(trial, TrialState::completed) : scheduler.ended(trial, TrialState::failed);
}

/// The verdict about one running trial's last value, everything else being known.
Verdict verdict_in_snapshot(const Value& vector, TrialId asked) {
  const auto scheduler = scheduler_of(vector);
  const Value& runs = vector.at("runs");
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto trial = static_cast<TrialId>(i);
    const Value& values = runs[i].at("values");
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (trial != asked || k + 1 < values.size()) scheduler->record(judged_of(trial, values[k]), {});
    }
    end(*scheduler, trial, runs[i].at("state").get<std::string>());
  }
  const Value& own = runs[static_cast<std::size_t>(asked)].at("values");
  return own.empty() ? Verdict::go_on : scheduler->judge(judged_of(asked, own.back())).verdict;
}

TEST(WandbHyperbandVectors, ASnapshotStopsTheRunsThatTheEngineStops) {
  const Value cases = cases_of("snapshots");
  ASSERT_GE(cases.size(), 80U);
  for (const Value& vector : cases) {
    std::vector<std::size_t> stopped;
    for (std::size_t i = 0; i < vector.at("runs").size(); ++i) {
      const bool running = vector.at("runs")[i].at("state") == "running";
      if (running && verdict_in_snapshot(vector, static_cast<TrialId>(i)) == Verdict::stop) stopped.push_back(i);
    }
    EXPECT_EQ(stopped, vector.at("stop").get<std::vector<std::size_t>>()) << vector.at("name");
  }
}

TEST(WandbHyperbandVectors, BandsAreTheEngines) {
  for (const Value& vector : cases_of("snapshots")) {
    EXPECT_EQ(scheduler_of(vector)->rungs_of(0), vector.at("bands").get<std::vector<double>>()) << vector.at("name");
  }
}

TEST(WandbHyperbandVectors, EveryReportOfASweepGetsTheEnginesVerdict) {
  int stops = 0;
  for (const Value& vector : cases_of("live")) {
    const auto scheduler = scheduler_of(vector);
    for (const Value& event : vector.at("events")) {
      const auto trial = event[0].get<TrialId>();
      if (event.size() == 2) {
        end(*scheduler, trial, event[1].get<std::string>());
        continue;
      }
      const Verdict verdict = report(*scheduler, judged_of(trial, event[1]));
      ASSERT_EQ(verdict == Verdict::stop, event[2].get<bool>()) << vector.at("name") << " " << event;
      if (verdict != Verdict::stop) continue;
      scheduler->ended(trial, TrialState::failed);
      ++stops;
    }
  }
  EXPECT_GT(stops, 100);
}

// --- the rule once more, with whole histories that are sorted at every report

class PlainHyperband {
public:
  PlainHyperband(std::vector<double> bands, double eta, bool strict, Goal goal)
      : bands_(std::move(bands)), eta_(eta), strict_(strict), goal_(goal) {}

  bool stops(TrialId trial, double value) {
    std::vector<double>& own = histories_[trial];
    if (std::isfinite(value)) own.push_back(goal_ == Goal::maximize ? -value : value);
    const auto passed = std::count_if(bands_.begin(), bands_.end(),
                                      [&](double band) { return band <= static_cast<double>(own.size()); });
    if (passed == 0) return false;
    const auto at = static_cast<std::size_t>(bands_[static_cast<std::size_t>(passed) - 1]) - 1;
    std::vector<double> there;
    for (const auto& [number, history] : histories_) {
      if (history.size() > at) there.push_back(history[at]);
    }
    std::sort(there.begin(), there.end());
    const double threshold = there[static_cast<std::size_t>(1 / eta_ * static_cast<double>(there.size()))];
    return (strict_ ? own[at] : *std::min_element(own.begin(), own.end())) > threshold;
  }

private:
  std::vector<double> bands_;
  double eta_;
  bool strict_;
  Goal goal_;
  std::map<TrialId, std::vector<double>> histories_;
};

template <std::size_t N>
double one_of(Rng& rng, const std::array<double, N>& choices) {
  return choices[static_cast<std::size_t>(uniform01(rng) * N)];
}

double random_value(Rng& rng) {
  const double kind = uniform01(rng);
  if (kind < 0.08) return one_of(rng, std::array{kNan, kInfinity, -kInfinity});
  return kind < 0.5 ? std::floor(uniform01(rng) * 6) - 2 : uniform01(rng) * 8 - 4;
}

/// The number of stops, or -1 where the two disagree.
int stops_of_history(std::uint64_t seed) {
  Rng rng = keyed_rng(seed, 0, "history");
  const double eta = one_of(rng, std::array{1.1, 1.5, 2.0, 3.0, 3.5, 7.0});
  const bool strict = uniform01(rng) < 0.5;
  const Goal goal = uniform01(rng) < 0.5 ? Goal::minimize : Goal::maximize;
  Value options{{"eta", eta}, {"strict", strict}};
  if (uniform01(rng) < 0.5) {
    options["min_iter"] = one_of(rng, std::array{1.0, 2.0, 5.0});
  } else {
    options["max_iter"] = one_of(rng, std::array{7.0, 9.0, 18.0, 27.0});
    options["s"] = one_of(rng, std::array{1.0, 2.0, 5.0});
  }
  const auto scheduler = hyperband(options, goal);
  PlainHyperband plain(scheduler->rungs_of(0), eta, strict, goal);
  std::set<TrialId> ended;
  int stops = 0;
  for (int i = 0; i < 150; ++i) {
    const auto trial = static_cast<TrialId>(uniform01(rng) * 12);
    if (ended.contains(trial)) continue;
    const Judged judged{.trial = trial, .resource = static_cast<double>(i), .value = random_value(rng)};
    const bool stopped = plain.stops(trial, judged.value);
    if ((report(*scheduler, judged) == Verdict::stop) != stopped) return -1;
    if (!stopped && uniform01(rng) > 0.01) continue;
    uniform01(rng) < 0.5 ? scheduler->ended(trial, TrialState::failed) : scheduler->ended(trial, TrialState::completed);
    ended.insert(trial);
    stops += stopped ? 1 : 0;
  }
  return stops;
}

TEST(WandbHyperbandReference, AgreesOnThousandsOfRandomHistories) {
  int stops = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const int here = stops_of_history(seed);
    ASSERT_GE(here, 0) << "seed " << seed;
    stops += here;
  }
  EXPECT_GT(stops, 4000);
}

// --- the rule in examples

TEST(WandbHyperband, JudgesBetweenBandsByTheLatestOneWhoseThresholdMoves) {
  const auto scheduler = hyperband({{"min_iter", 2}, {"eta", 2}});
  tell(*scheduler, 0, {5, 5});
  EXPECT_EQ(report(*scheduler, {.trial = 0, .value = 9}), Verdict::go_on);  // alone at its band
  tell(*scheduler, 1, {1, 1});
  tell(*scheduler, 2, {2, 2});
  EXPECT_EQ(scheduler->judge({.trial = 0, .value = 0}), (Decision{.verdict = Verdict::go_on, .rung = 1}));
  const auto other = hyperband({{"min_iter", 2}, {"eta", 3}});
  tell(*other, 0, {5, 5});
  tell(*other, 1, {1, 1});
  tell(*other, 2, {2, 2});
  EXPECT_EQ(other->judge({.trial = 0, .value = 0}), (Decision{.verdict = Verdict::stop, .rung = 0}));
}

TEST(WandbHyperband, NotStrictForgivesATrialThatOnceWasGood) {
  for (const bool strict : {true, false}) {
    const auto scheduler = hyperband({{"min_iter", 2}, {"eta", 2}, {"strict", strict}});
    tell(*scheduler, 0, {3, 2});
    tell(*scheduler, 1, {3, 2});
    tell(*scheduler, 2, {1});
    const Verdict verdict = scheduler->judge({.trial = 2, .value = 9}).verdict;
    EXPECT_EQ(verdict, strict ? Verdict::stop : Verdict::go_on);
  }
}

TEST(WandbHyperband, CountsValuesWhateverTheResourceSays) {
  const auto scheduler = hyperband({{"min_iter", 2}});
  EXPECT_EQ(scheduler->judge({.trial = 0, .resource = 100, .value = 1}).rung, -1);
  tell(*scheduler, 0, {1});
  EXPECT_EQ(scheduler->judge({.trial = 0, .resource = 0, .value = kNan}).rung, -1);
  EXPECT_EQ(scheduler->judge({.trial = 0, .resource = 0, .value = 1}).rung, 0);
}

TEST(WandbHyperband, TakesAHundredThousandTrialsAtOneBandInUnderASecond) {
  const auto scheduler = hyperband({{"min_iter", 1}, {"eta", 4}});
  const auto start = std::chrono::steady_clock::now();
  Rng rng = keyed_rng(1, 0, "cost");
  for (TrialId trial = 0; trial < 100'000; ++trial) report(*scheduler, {.trial = trial, .value = uniform01(rng)});
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

// --- options

TEST(WandbHyperbandOptions, TheBandsOfTheDocumentationsExamples) {
  EXPECT_THAT(hyperband({{"max_iter", 18}, {"eta", 3}, {"s", 2}})->rungs_of(0), ElementsAre(2, 6));
  EXPECT_THAT(hyperband({{"max_iter", 9}, {"eta", 3}, {"s", 2}})->rungs_of(0), ElementsAre(1, 3));
  const auto bands = hyperband({{"min_iter", 30}, {"eta", 1.5}})->rungs_of(0);
  EXPECT_EQ(std::vector(bands.begin(), bands.begin() + 3), (std::vector<double>{30, 45, 67}));
}

TEST(WandbHyperbandOptions, AreDescribedWithTheirBandsAndWithStrict) {
  EXPECT_THAT(hyperband({{"min_iter", 3}})->describe(),
              ElementsAre("bands 3, 9, 27, 81, 243, 729, 2187, 6561, …",
                          "strict true: a trial stops if its value at the last band it passed is outside the best 1/3 "
                          "there"));
  EXPECT_THAT(
      hyperband({{"max_iter", 9}, {"s", 2}, {"min_iter", 3}, {"strict", false}})->describe(),
      ElementsAre("bands 1, 3", "strict false: a trial stops if its best value so far is outside the best 1/3 there",
                  "min_iter is not used: max_iter is given"));
  EXPECT_THAT(hyperband({{"min_iter", 3}, {"s", 2}})->describe().back(), "s is not used: it belongs to max_iter");
}

TEST(WandbHyperbandOptions, OutOfRangeAreRefusedByName) {
  const auto refusal = [](const Value& options) {
    const auto made = make_scheduler("wandb_hyperband", options, {});
    return made ? "accepted" : made.error().message;
  };
  EXPECT_THAT(refusal({}), HasSubstr("min_iter: is required"));
  EXPECT_THAT(refusal({{"max_iter", 27}}), HasSubstr("s: is required with max_iter"));
  EXPECT_THAT(refusal({{"max_iter", 27}, {"min_iter", 3}}), HasSubstr("s: is required with max_iter"));
  EXPECT_EQ(refusal({{"min_iter", 0}}), "min_iter: must be at least 1, got 0");
  EXPECT_EQ(refusal({{"min_iter", 2.5}}), "min_iter: must be a whole number, got 2.5");
  EXPECT_EQ(refusal({{"max_iter", 27}, {"s", 0}}), "s: must be at least 1, got 0");
  EXPECT_EQ(refusal({{"min_iter", 3}, {"eta", 1}}), "eta: must be greater than 1, got 1");
  EXPECT_EQ(refusal({{"min_iter", 3}, {"strict", "yes"}}), "strict: must be true or false, got \"yes\"");
  EXPECT_EQ(refusal({{"max_iter", 2}, {"s", 2}}),
            "max_iter: 2 makes no band: divided by eta (3) it is below 1; make it greater, or give min_iter");
  EXPECT_EQ(refusal({{"min_itr", 3}, {"min_iter", 3}}),
            "min_itr: wandb_hyperband has no such option; did you mean min_iter?");
}

}  // namespace
}  // namespace winnow::testing::wandb_hyperband_test

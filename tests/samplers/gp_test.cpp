/// The sampler as a whole: what it keeps, and that it finds.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <numeric>
#include <winnow/samplers/gp/evidence.hpp>
#include <winnow/space/draw.hpp>

#include "support.hpp"

namespace winnow::testing::gp_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Objective = std::function<TrialEnded(TrialId, const Assignment&)>;

double number(const Assignment& params, const char* name) {
  return params.find(name)->get<double>();
}

/// Suggests, ends and records `count` trials one after the other.
std::vector<Observation> play(Sampler& sampler, TrialId from, TrialId count, const Objective& objective) {
  std::vector<Observation> ledger;
  for (TrialId trial = from; trial < from + count; ++trial) {
    const Assignment params = sampler.propose(trial).value();
    ledger.emplace_back(TrialSuggested{trial, params});
    ledger.emplace_back(objective(trial, params));
    sampler.observe(ledger[ledger.size() - 2]);
    sampler.observe(ledger.back());
  }
  return ledger;
}

Objective completed(std::function<double(const Assignment&)> value) {
  return [value = std::move(value)](TrialId trial, const Assignment& params) {
    return TrialEnded{.trial = trial, .state = TrialState::completed, .values = {value(params)}};
  };
}

/// Everything at once: kinds of domain, conditions, a linear constraint.
Space mixed_space() {
  return *Space::make(
      {choice("optimizer", {"sgd", "adam", nullptr}), parameter("layers", Integer{.low = 1, .high = 60}),
       parameter("width", Integer{.low = 8, .high = 2048, .step = 1, .log = true}),
       parameter("lr", Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}),
       parameter("noise", Float{.law = Law::normal, .a = 0, .b = 1}),
       parameter("shape", Float{.law = Law::beta, .a = 2, .b = 5}), parameter("q", range(0, 1, 0.3)),
       parameter("dropout", range(0, 0.5, {}, 0.25)), parameter("weighted", Categorical{{1, 2, 3}, {0.5, 0, 0.5}}),
       only_if(real("momentum"), "optimizer", {"sgd"}),
       only_if(choice("nesterov", {true, false}), "optimizer", {"sgd"}), parameter("fixed", Constant{42}),
       parameter("twice", Computed{"twice"})},
      {{LinearConstraint::Type::less_than, 40, {{"layers", 1}, {"dropout", 40}}}});
}

SamplerOptions mixed_options(Value options = Value::object()) {
  options["n_startup_trials"] = 5;
  return {.space = mixed_space(), .seed = 3, .options = options, .functions = {{"twice", [](const Assignment& o, Rng&) {
                                                                                  return Value(number(o, "layers") * 2);
                                                                                }}}};
}

/// Ends in every way.
TrialEnded any_end(TrialId trial, const Assignment& params) {
  const double value = std::abs(std::log10(number(params, "lr")) + 3) + number(params, "layers") / 60;
  if (trial % 7 == 3) return {.trial = trial, .state = TrialState::failed, .values = {kNan}};
  if (trial % 7 == 4) return {.trial = trial, .state = TrialState::stopped, .values = {value}};
  if (trial % 11 == 5) return {.trial = trial, .state = TrialState::completed, .values = {kInfinity}};
  if (trial % 11 == 6) return {.trial = trial, .state = TrialState::completed, .values = {kNan}};
  return {.trial = trial, .state = TrialState::completed, .values = {value}};
}

TEST(GpSampler, SuggestionsLieInTheSpace) {
  const Space space = mixed_space();
  for (const Value& options : {Value::object(), Value{{"impute", "worst"}}}) {
    auto sampler = make_or_fail("gp", mixed_options(options));
    for (const Observation& observation : play(*sampler, 0, 30, any_end)) {
      const auto* suggested = std::get_if<TrialSuggested>(&observation);
      if (suggested == nullptr) continue;
      std::size_t present = 0;
      for (const Parameter& parameter : space.parameters()) {
        const Value* value = suggested->params.find(parameter.name());
        ASSERT_EQ(value != nullptr, space.present(parameter, suggested->params)) << parameter.name();
        present += value != nullptr ? 1 : 0;
        if (value == nullptr || std::holds_alternative<Computed>(parameter.domain)) continue;
        EXPECT_TRUE(contains(parameter.domain, *value)) << parameter.name() << " " << *value;
      }
      EXPECT_EQ(suggested->params.entries().size(), present);
      EXPECT_TRUE(space.feasible(suggested->params));
    }
  }
}

TEST(GpSampler, OneThatIsFoldedFromTheLedgerGoesOnLikeOneThatLivedOn) {
  for (const Value& options : {Value::object(), Value{{"impute", "best"}, {"impute_while_running", "worst"}}}) {
    auto lives = make_or_fail("gp", mixed_options(options));
    std::vector<Observation> ledger;
    std::vector<Assignment> suggested;
    const auto tell = [&](Observation observation) {
      lives->observe(observation);
      ledger.push_back(std::move(observation));
    };
    for (TrialId trial = 0; trial < 32; ++trial) {
      std::optional<Assignment> by_folded;
      if (trial % 8 == 7) {
        auto folded = make_or_fail("gp", mixed_options(options));
        for (const Observation& observation : ledger) folded->observe(observation);
        by_folded = folded->propose(trial);
      }
      suggested.push_back(lives->propose(trial).value());
      EXPECT_EQ(by_folded.value_or(suggested.back()), suggested.back()) << trial;
      tell(TrialSuggested{trial, suggested.back()});
      if (trial < 2) continue;  // two run at any time
      const TrialId ends = trial - 2;
      tell(TrialReported{.trial = ends, .step = 1, .resource = 1, .value = static_cast<double>(trial % 5)});
      tell(any_end(ends, suggested[static_cast<std::size_t>(ends)]));
      if (trial % 13 == 0) tell(TrialResumed{ends});
    }
  }
}

TEST(GpSampler, AskedAgainForATrialItSaysTheSame) {
  auto sampler = make_or_fail("gp", mixed_options());
  static_cast<void>(play(*sampler, 0, 12, any_end));
  const auto first = sampler->propose(12);
  EXPECT_EQ(sampler->propose(12), first);
  EXPECT_NE(sampler->propose(13), first);
}

TEST(GpSampler, UntilEnoughTrialsHaveEndedItDrawsAtRandom) {
  const SamplerOptions options{.space = make_space({real("x"), real("y")}), .seed = 5};
  auto sampler = make_or_fail("gp", options);
  const auto random = proposals(*make_or_fail("random", options), 40);
  EXPECT_EQ(proposals(*sampler, 40), random) << "none has ended";
  static_cast<void>(play(*sampler, 0, 10, completed([](const Assignment& p) { return number(p, "x"); })));
  EXPECT_NE(sampler->propose(10), random[10]);
}

TEST(GpSampler, HopelessValuesAreNoError) {
  for (const double value : {0.0, kNan, kInfinity, -kInfinity, 1e300}) {
    auto sampler = make_or_fail("gp", {.space = make_space({real("x")}), .options = {{"n_startup_trials", 2}}});
    const auto ledger = play(*sampler, 0, 6, completed([&](const Assignment&) { return value; }));
    EXPECT_EQ(ledger.size(), 12U) << value;
  }
}

TEST(GpSampler, ASpaceWithoutAChoiceIsDrawn) {
  auto sampler = make_or_fail("gp", {.space = make_space({parameter("a", Constant{1})})});
  static_cast<void>(play(*sampler, 0, 12, completed([](const Assignment&) { return 1.0; })));
  EXPECT_EQ(sampler->propose(12)->to_json().dump(), R"({"a":1})");
}

// --- what it finds

double branin(const Assignment& params) {
  const double x = number(params, "x"), y = number(params, "y");
  const double bend = y - 5.1 / (4 * std::numbers::pi * std::numbers::pi) * x * x + 5 / std::numbers::pi * x - 6;
  return bend * bend + 10 * (1 - 1 / (8 * std::numbers::pi)) * std::cos(x) + 10;
}

double hartmann6(const Assignment& params) {
  constexpr double kA[4][6] = {
      {10, 3, 17, 3.5, 1.7, 8}, {0.05, 10, 17, 0.1, 8, 14}, {3, 3.5, 1.7, 10, 17, 8}, {17, 8, 0.05, 10, 0.1, 14}};
  constexpr double kP[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                               {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                               {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                               {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  constexpr double kC[4] = {1, 1.2, 3, 3.2};
  double sum = 0;
  for (int i = 0; i < 4; ++i) {
    double distance = 0;
    for (int j = 0; j < 6; ++j) {
      const double x = number(params, ("x" + std::to_string(j)).c_str());
      distance += kA[i][j] * (x - kP[i][j]) * (x - kP[i][j]);
    }
    sum -= kC[i] * std::exp(-distance);
  }
  return sum;
}

/// The best of `count` trials, in the mean of some seeds.
double mean_best(const char* method, const Space& space, TrialId count,
                 std::function<double(const Assignment&)> value) {
  constexpr std::uint64_t kSeeds = 3;
  double sum = 0;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    double best = kInfinity;
    auto sampler = make_or_fail(method, {.space = space, .seed = seed});
    static_cast<void>(play(*sampler, 0, count, completed([&](const Assignment& params) {
      best = std::min(best, value(params));
      return value(params);
    })));
    sum += best;
  }
  return sum / static_cast<double>(kSeeds);
}

TEST(GpSampler, FindsTheLeastOfBranin) {
  const Space space = make_space({real("x", -5, 10), real("y", 0, 15)});
  const double found = mean_best("gp", space, 35, branin) - 0.397887;
  EXPECT_LT(found, 0.01);
  EXPECT_LT(20 * found, mean_best("random", space, 35, branin) - 0.397887);
}

TEST(GpSampler, FindsTheLeastOfHartmann6) {
  std::vector<Parameter> axes;
  for (int j = 0; j < 6; ++j) axes.push_back(real("x" + std::to_string(j)));
  const Space space = make_space(axes);
  const double found = mean_best("gp", space, 60, hartmann6) + 3.32237;
  EXPECT_LT(found, 0.3);
  EXPECT_LT(4 * found, mean_best("random", space, 60, hartmann6) + 3.32237);
}

TEST(GpSampler, FindsTheBestOfStepsAndChoices) {
  const Space space = make_space({parameter("n", Integer{1, 200}), choice("kind", {"a", "b", "c"}), real("x")});
  const auto value = [](const Assignment& params) {
    const double off = (number(params, "n") - 137) / 200;
    return off * off + (*params.find("kind") == "b" ? 0 : 0.5) + std::pow(number(params, "x") - 0.3, 2);
  };
  EXPECT_LT(mean_best("gp", space, 30, value), 1e-3);
}

TEST(GpSampler, KeepsWithinConstraintsThatItLearns) {
  const Space space = make_space({real("x"), real("y")});
  auto sampler = make_or_fail("gp", {.space = space, .seed = 1});
  double best = kInfinity;
  static_cast<void>(play(*sampler, 0, 35, [&](TrialId trial, const Assignment& params) {
    const double sum = number(params, "x") + number(params, "y"), miss = 1 - number(params, "x") * 2;
    if (miss <= 0) best = std::min(best, sum);
    return TrialEnded{.trial = trial, .state = TrialState::completed, .values = {sum}, .violations = {miss}};
  }));
  EXPECT_NEAR(best, 0.5, 0.02);
}

TEST(GpSampler, SpreadsAFrontOfSeveralObjectives) {
  const Space space = make_space({real("x"), real("y")});
  auto sampler = make_or_fail("gp", {.space = space, .seed = 1, .goals = {Goal::minimize, Goal::maximize}});
  std::vector<double> on_front;
  static_cast<void>(play(*sampler, 0, 35, [&](TrialId trial, const Assignment& params) {
    const double x = number(params, "x"), y = number(params, "y");
    if (trial >= 10 && y < 0.05) on_front.push_back(x);
    return TrialEnded{.trial = trial, .state = TrialState::completed, .values = {x * x + y, -(x - 1) * (x - 1) - y}};
  }));
  std::sort(on_front.begin(), on_front.end());
  ASSERT_GT(on_front.size(), 10U);
  EXPECT_LT(on_front.front(), 0.15);
  EXPECT_GT(on_front.back(), 0.85);
}

/// As where a scheduler stops what comes near the best place.
TEST(GpSampler, DoesNotComeBackToWhereTrialsWereStopped) {
  const auto sampler = make_or_fail(
      "gp", {.space = make_space({real("x"), real("y")}), .seed = 3, .options = {{"n_startup_trials", 5}}});
  const auto bowl = [](const Assignment& at) {
    return std::pow(number(at, "x") - 0.4, 2) + std::pow(number(at, "y") - 0.6, 2);
  };
  play(*sampler, 0, 20, completed(bowl));
  std::vector<Assignment> stopped;
  for (TrialId trial = 20; trial < 25; ++trial) {
    const Assignment at = sampler->propose(trial).value();
    for (const Assignment& before : stopped) {
      EXPECT_GT(std::abs(number(at, "x") - number(before, "x")) + std::abs(number(at, "y") - number(before, "y")),
                1e-4);
    }
    stopped.push_back(at);
    sampler->observe(TrialSuggested{trial, at});
    sampler->observe(TrialEnded{
        .trial = trial, .state = trial % 2 == 0 ? TrialState::stopped : TrialState::failed, .values = {kNan}});
  }
}

TEST(GpSampler, TrialsThatRunAtATimeGoToDifferentPlaces) {
  auto sampler = make_or_fail("gp", {.space = make_space({real("x")}), .seed = 2});
  static_cast<void>(play(*sampler, 0, 12,
                         completed([](const Assignment& params) { return std::pow(number(params, "x") - 0.4, 2); })));
  std::vector<double> at;
  for (TrialId trial = 12; trial < 18; ++trial) at.push_back(number(sampler->propose(trial).value(), "x"));
  std::sort(at.begin(), at.end());
  for (std::size_t i = 1; i < at.size(); ++i) EXPECT_GT(at[i] - at[i - 1], 1e-4);
}

// --- what trials count as

Observation ended(TrialId trial, TrialState state, double value) {
  return TrialEnded{.trial = trial, .state = state, .values = {value}};
}

/// Losses of trials 0 (completed with 5, reported 1, 9, 3), 1 (failed; reported 2, 7, 4), 2 (failed without a report),
/// 3 (completed with NaN; reported 6), 4 (stopped with 8) and 5 (runs; reported 12, 11).
std::vector<double> losses(gp::Imputing imputing) {
  gp::Witness witness({Goal::minimize}, 0, imputing);
  const std::vector<std::vector<double>> reports{{1, 9, 3}, {2, 7, 4}, {}, {6}, {8}, {12, 11}};
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const auto trial = static_cast<TrialId>(i);
    witness.observe(TrialSuggested{trial, Assignment({{"x", 0.5}})});
    for (const double value : reports[i]) witness.observe(TrialReported{.trial = trial, .value = value});
  }
  witness.observe(ended(0, TrialState::completed, 5));
  witness.observe(ended(1, TrialState::failed, kNan));
  witness.observe(ended(2, TrialState::failed, kNan));
  witness.observe(ended(3, TrialState::completed, kNan));
  witness.observe(ended(4, TrialState::stopped, 8));
  const gp::Evidence evidence = witness.evidence(witness.size(), true);
  return {evidence.losses.col(0).begin(), evidence.losses.col(0).end()};
}

TEST(GpImpute, WithoutItOnlyCompletedTrialsCount) {
  EXPECT_THAT(losses({}), ::testing::ElementsAre(5));
}

TEST(GpImpute, WorstIsTheWorstReportOfAllThatEnded) {
  EXPECT_THAT(losses({.ended = gp::Impute::worst}), ::testing::ElementsAre(5, 9, 9, 9, 8));
}

TEST(GpImpute, LatestAndBestAreTheTrialsOwnAndTheWorstIfItHasNone) {
  EXPECT_THAT(losses({.ended = gp::Impute::latest}), ::testing::ElementsAre(5, 4, 9, 6, 8));
  EXPECT_THAT(losses({.ended = gp::Impute::best}), ::testing::ElementsAre(5, 2, 9, 6, 8));
}

TEST(GpImpute, RunningTrialsCountWithTheirBestReport) {
  EXPECT_THAT(losses({.running = gp::Impute::latest}), ::testing::ElementsAre(5, 11));
}

TEST(GpImpute, OptionsAreReadByName) {
  const Space space = make_space({real("x")});
  EXPECT_EQ(refusal("gp", {.space = space, .options = {{"impute", "mean"}}}),
            "impute: must be latest, best or worst, got mean");
  EXPECT_EQ(refusal("gp", {.space = space, .options = {{"n_startup_trials", -1}}}),
            "n_startup_trials: must be at least 0, got -1");
  const Value given{{"n_startup_trials", 3},
                    {"deterministic_objective", true},
                    {"impute", "best"},
                    {"impute_while_running", "worst"}};
  EXPECT_EQ(make_or_fail("gp", {.space = space, .options = given})->options(), given);
}

}  // namespace
}  // namespace winnow::testing::gp_test

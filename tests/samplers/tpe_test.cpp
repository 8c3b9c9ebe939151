/// What TPE keeps, and that it learns (docs/algorithms/tpe.md has the rule).
#include <cmath>
#include <limits>
#include <winnow/core/random.hpp>
#include <winnow/samplers/tpe.hpp>
#include <winnow/samplers/tpe/exponentials.hpp>
#include <winnow/samplers/tpe/gauss.hpp>
#include <winnow/samplers/tpe/line_density.hpp>
#include <winnow/space/draw.hpp>

#include "spaces.hpp"

namespace winnow::testing::tpe_test {
namespace {

using Log = std::vector<Observation>;

std::unique_ptr<Sampler> make(Space space, Value options = Value::object(),
                              std::vector<Goal> goals = {Goal::minimize}) {
  return make_or_fail("tpe", {.space = std::move(space), .seed = 5, .goals = std::move(goals), .options = options});
}

/// Every kind of domain, and a branch.
Space wide_space() {
  return make_space({choice("optimizer", {"sgd", "adam", nullptr}),
                     parameter("coin", Categorical{{"head", "tail", "edge"}, {5, 4, 0}}),
                     parameter("layers", Integer{.low = 1, .high = 6}),
                     parameter("batch", Integer{.low = 16, .high = 256, .step = 16}),
                     parameter("units", Integer{.low = 1, .high = 1000, .log = true}),
                     parameter("floor", Integer{.low = 1, .high = 100, .log = true, .floor = true}), real("x", -3, 5),
                     parameter("drop", range(0, 0.5, {}, 0.25)), parameter("tenths", range(0, 1, 0.1)),
                     parameter("lr", Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}),
                     parameter("wild", Float{.law = Law::normal, .a = 0, .b = 2}),
                     parameter("share", Float{.law = Law::beta, .a = 2, .b = 5}), parameter("fixed", Constant{42}),
                     only_if(real("momentum", 0, 0.99), "optimizer", {"sgd"}),
                     only_if(parameter("beta", Integer{.low = 1, .high = 3}), "optimizer", {"adam"})});
}

double loss_of(const Assignment& trial) {
  return std::pow(trial.find("x")->get<double>() - 1, 2) + trial.find("layers")->get<double>();
}

/// How trial `number` ends, by its number: most complete, some stop, fail, or have no number for a value.
TrialEnded end_of(TrialId number, const Assignment& params, std::size_t objectives) {
  TrialEnded ended{.trial = number};
  if (number % 7 == 3) ended.state = TrialState::stopped;
  if (number % 11 == 5) ended.state = TrialState::failed;
  const double inf = std::numeric_limits<double>::infinity();
  const double loss = number % 13 == 6 ? inf : number % 17 == 2 ? std::nan("") : loss_of(params);
  for (std::size_t i = 0; i < objectives; ++i) ended.values.push_back(i == 0 ? loss : -loss + static_cast<double>(i));
  if (number % 5 == 0) ended.violations = {static_cast<double>(number % 3) - 1, std::nan("")};
  return ended;
}

/// Two trials side by side, with a late parameter: what it was asked and told, in `log`, and what it suggested.
std::vector<Assignment> live(Sampler& sampler, TrialId trials, std::size_t objectives, Log& log, TrialId from = 0) {
  std::vector<Assignment> suggested;
  const auto tell = [&](Observation what) {
    sampler.observe(what);
    log.push_back(std::move(what));
  };
  for (TrialId trial = from; trial < trials; ++trial) {
    const Assignment params = *sampler.propose(trial);
    tell(TrialSuggested{trial, params});
    if (trial % 3 != 0) tell(ParameterDrawn{trial, "late", range(0, 9), sampler.draw(trial, "late", range(0, 9))});
    tell(TrialReported{.trial = trial, .step = trial % 4, .value = loss_of(params)});
    suggested.push_back(params);
    if (trial == 0) continue;
    const Assignment* previous = trial > from ? &suggested[suggested.size() - 2] : nullptr;
    if (previous != nullptr) tell(end_of(trial - 1, *previous, objectives));
  }
  return suggested;
}

class TpeVariants : public ::testing::TestWithParam<std::size_t> {
protected:
  static Value options() { return sampler_examples("tpe").at(GetParam()); }
};

TEST_P(TpeVariants, SuggestionsLieInTheSpaceAndHaveWhatIsPresent) {
  const Space space = wide_space();
  auto sampler = make(space, options());
  Log log;
  for (const Assignment& trial : live(*sampler, 60, 1, log)) expect_within(space, trial);
}

TEST_P(TpeVariants, SameSeedSameHistorySameSuggestions) {
  Log log;
  const std::vector<Goal> goals{Goal::minimize, Goal::maximize};
  auto one = make(wide_space(), options(), goals);
  auto other = make(wide_space(), options(), goals);
  EXPECT_EQ(live(*one, 50, 2, log), live(*other, 50, 2, log));
}

TEST_P(TpeVariants, FoldAndContinueEqualsContinue) {
  auto continued = make(wide_space(), options());
  Log log;
  live(*continued, 40, 1, log);
  auto folded = make(wide_space(), options());
  for (const Observation& what : log) folded->observe(what);
  EXPECT_EQ(folded->propose(40), continued->propose(40));
  EXPECT_EQ(folded->propose(41), continued->propose(41));
  EXPECT_EQ(folded->draw(40, "late", range(0, 9)), continued->draw(40, "late", range(0, 9)));
  EXPECT_EQ(folded->draw(40, "momentum", range(0, 0.99)), continued->draw(40, "momentum", range(0, 0.99)));
}

TEST_P(TpeVariants, AskingAgainGivesTheSame) {
  auto sampler = make(wide_space(), options());
  Log log;
  live(*sampler, 40, 1, log);
  const auto first = sampler->propose(40);
  EXPECT_EQ(sampler->propose(40), first);
}

TEST_P(TpeVariants, ADrawChangesNothing) {
  auto one = make(wide_space(), options());
  auto other = make(wide_space(), options());
  Log log;
  live(*one, 40, 1, log);
  live(*other, 40, 1, log);
  for (const char* name : {"late", "other", "momentum", "x"}) static_cast<void>(one->draw(39, name, range(0, 9)));
  EXPECT_EQ(one->propose(40), other->propose(40));
}

INSTANTIATE_TEST_SUITE_P(Examples, TpeVariants, ::testing::Range(std::size_t{0}, sampler_examples("tpe").size()));

TEST(Tpe, FindsTheMinimumThatRandomSearchMisses) {
  const Space space = make_space({real("x"), real("y"), real("z"), choice("c", {"a", "b", "d"})});
  auto tpe = make(space);
  double best = 1;
  for (TrialId trial = 0; trial < 100; ++trial) {
    const Assignment params = *tpe->propose(trial);
    double loss = *params.find("c") == "b" ? 0 : 0.3;
    for (const char* name : {"x", "y", "z"}) loss += std::pow(params.find(name)->get<double>() - 0.3, 2);
    tpe->observe(TrialEnded{.trial = trial, .values = {loss}});
    best = std::min(best, loss);
  }
  EXPECT_LT(best, 0.003);
}

TEST(Tpe, MaximisesAsWell) {
  auto tpe = make(make_space({real("x")}), Value::object(), {Goal::maximize});
  double best = 0;
  for (TrialId trial = 0; trial < 40; ++trial) {
    const double x = tpe->propose(trial)->find("x")->get<double>();
    tpe->observe(TrialEnded{.trial = trial, .values = {x}});
    if (trial >= 30) best += x / 10;
  }
  EXPECT_GT(best, 0.9);
}

TEST(Tpe, IsRandomUntilEnoughTrialsHaveEndedWell) {
  const Space space = make_space({real("x")});
  auto tpe = make(space, {{"n_startup_trials", 3}});
  auto random = make_or_fail("random", {.space = space, .seed = 5});
  for (TrialId trial = 0; trial < 3; ++trial) {
    EXPECT_EQ(tpe->propose(trial), random->propose(trial));
    tpe->observe(TrialEnded{.trial = trial, .values = {0.5}});
  }
  tpe->observe(TrialEnded{.trial = 3, .state = TrialState::failed, .values = {0.5}});
  EXPECT_NE(tpe->propose(4), random->propose(4));
}

TEST(Tpe, AFailedTrialAndOneWithoutAValueAreOfNoUse) {
  auto tpe = make(make_space({real("x")}), {{"n_startup_trials", 1}});
  auto random = make_or_fail("random", {.space = make_space({real("x")}), .seed = 5});
  tpe->observe(TrialSuggested{0, *tpe->propose(0)});
  tpe->observe(TrialEnded{.trial = 0, .values = {std::nan("")}});
  tpe->observe(TrialEnded{.trial = 1, .state = TrialState::failed, .values = {1}});
  EXPECT_EQ(tpe->propose(2), random->propose(2));
}

TEST(Tpe, LateParametersAreLearntFromTheirOwnPast) {
  auto tpe = make(make_space({}));
  double mean = 0;
  for (TrialId trial = 0; trial < 60; ++trial) {
    EXPECT_TRUE(tpe->propose(trial)->empty());
    const Value x = tpe->draw(trial, "x", range(0, 1));
    tpe->observe(ParameterDrawn{trial, "x", range(0, 1), x});
    tpe->observe(TrialEnded{.trial = trial, .values = {std::abs(x.get<double>() - 0.8)}});
    if (trial >= 40) mean += x.get<double>() / 20;
  }
  EXPECT_NEAR(mean, 0.8, 0.1);
}

TEST(Tpe, LinearConstraintsAreMetWhereverTheBestLies) {
  auto space = Space::make({real("x"), real("y"), real("z")},
                           {LinearConstraint{.threshold = 0.5, .terms = {{"x", 1}, {"y", 1}}}});
  ASSERT_TRUE(space);
  for (const bool multivariate : {true, false}) {
    auto tpe = make(*space, {{"multivariate", multivariate}});
    double best = 0;
    for (TrialId trial = 0; trial < 60; ++trial) {
      const Assignment params = *tpe->propose(trial);
      expect_within(*space, params);
      const double sum = params.find("x")->get<double>() + params.find("y")->get<double>();
      tpe->observe(TrialEnded{.trial = trial, .values = {-sum}});
      best = std::max(best, sum);
    }
    EXPECT_GT(best, 0.45);
  }
}

TEST(Tpe, RunningTrialsKeepOthersAway) {
  const auto spread = [](bool liar) {
    auto tpe = make(make_space({real("x")}), {{"constant_liar", liar}});
    for (TrialId trial = 0; trial < 20; ++trial) {
      const double x = tpe->propose(trial)->find("x")->get<double>();
      tpe->observe(TrialEnded{.trial = trial, .values = {std::abs(x - 0.5)}});
    }
    double low = 1;
    double high = 0;
    for (TrialId trial = 20; trial < 36; ++trial) {
      const double x = tpe->propose(trial)->find("x")->get<double>();
      low = std::min(low, x);
      high = std::max(high, x);
    }
    return high - low;
  };
  EXPECT_GT(spread(true), spread(false));
}

TEST(Tpe, OptionsThatItRefuses) {
  const auto refused = [](Value options) {
    return refusal("tpe", {.space = make_space({real("x")}), .options = std::move(options)});
  };
  EXPECT_EQ(refused({{"n_ei_candidates", 0}}), "n_ei_candidates: must be at least 1");
  EXPECT_EQ(refused({{"n_startup_trials", -1}}), "n_startup_trials: must be at least 0");
  EXPECT_EQ(refused({{"prior_weight", -1}}), "prior_weight: must be at least 0");
  EXPECT_EQ(refused({{"group", true}, {"multivariate", false}}), "group: needs multivariate: true");
  EXPECT_EQ(refused({{"gamma", "x"}}), "gamma: must be default, capped or hyperopt, got x");
  EXPECT_EQ(refused({{"compat", "optuna3"}}), "compat: must be optuna4, got 'optuna3'");
  EXPECT_EQ(refused({{"compat", "optuna4"}, {"group", true}}), "group: needs multivariate: true");
  EXPECT_THAT(refused({{"n_ei_candidate", 3}}), ::testing::HasSubstr("n_ei_candidates"));
}

TEST(Tpe, OptionsSayWhatHoldsByDefault) {
  EXPECT_EQ(make(make_space({real("x")}))->options().at("multivariate"), true);
  EXPECT_EQ(make(make_space({real("x")}), {}, {Goal::minimize, Goal::minimize})->options().at("multivariate"), false);
}

TEST(Tpe, CompatSetsDefaultsAndNothingElse) {
  const Value all = make(make_space({real("x")}), {{"compat", "optuna4"}})->options();
  const Value expected{
      {"n_startup_trials", 10}, {"n_ei_candidates", 24}, {"multivariate", false},       {"group", false},
      {"constant_liar", false}, {"prior_weight", 1.0},   {"consider_magic_clip", true}, {"consider_endpoints", false},
      {"gamma", "capped"},      {"weights", "default"},  {"compat", "optuna4"}};
  EXPECT_EQ(all, expected);
  EXPECT_EQ(make(make_space({real("x")}), all)->options(), all);
  const Value given{{"multivariate", true}, {"constant_liar", true}, {"gamma", "default"}, {"n_startup_trials", 3}};
  Value both = given;
  both["compat"] = "optuna4";
  Value ours = make(make_space({real("x")}), both)->options();
  ours.erase("compat");
  EXPECT_EQ(ours, make(make_space({real("x")}), given)->options());
}

TEST(TpeGauss, MassFarOutAndNearby) {
  EXPECT_NEAR(tpe::log_mass(-1, 1), std::log(0.682689492137086), 1e-13);
  EXPECT_NEAR(tpe::log_mass(-40, -39), -765.0832, 1e-3);
  EXPECT_DOUBLE_EQ(tpe::log_mass(39, 40), tpe::log_mass(-40, -39));
  EXPECT_NEAR(tpe::cut_quantile(0.5, 1, 0.5), 0.5, 1e-15);
  EXPECT_EQ(tpe::cut_quantile(0, 0.01, 0), 0);
}

TEST(TpeExponentials, AreAsExactAsTheLibrarys) {
  const double one = 1;
  for (double x = tpe::kLeastExponent; x <= 0; x += 0.0917) {
    EXPECT_NEAR(tpe::sum_of_exponentials(&x, &one, 1) / std::exp(x), 1, 1e-15) << x;
  }
  const std::vector<double> exponents(100, -1);
  const std::vector<double> weights(100, 0.01);
  EXPECT_NEAR(tpe::sum_of_exponentials(exponents.data(), weights.data(), 100), std::exp(-1), 1e-15);
}

TEST(TpeLineDensity, IsTheSumOverAllKernelsHoweverFarTheyAre) {
  Rng rng = keyed_rng(1, 0, "line");
  std::vector<double> place;
  std::vector<double> narrow;
  std::vector<double> log_scale;
  std::vector<double> weight;
  for (int k = 0; k < 500; ++k) {
    place.push_back(std::pow(uniform01(rng), 3));
    narrow.push_back(1 / (k % 50 == 0 ? 1 : 0.001 + 0.02 * uniform01(rng)));
    log_scale.push_back(std::log(narrow.back()));
    weight.push_back(uniform01(rng) / 500);
  }
  const std::vector<double> points{0, 0.001, 0.2, 0.77, 1};
  for (const double first : {-5.0, -300.0, -std::numeric_limits<double>::infinity()}) {
    const auto densities =
        tpe::line_density({place, narrow, log_scale, weight}, points, std::vector<double>(points.size(), first));
    for (std::size_t j = 0; j < points.size(); ++j) {
      double sum = std::exp(first);
      for (std::size_t k = 0; k < place.size(); ++k) {
        sum += weight[k] * std::exp(log_scale[k] - std::pow((points[j] - place[k]) * narrow[k], 2));
      }
      EXPECT_NEAR(densities[j], std::log(sum), 1e-12) << points[j];
    }
  }
}

}  // namespace
}  // namespace winnow::testing::tpe_test

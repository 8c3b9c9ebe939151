/// What the sampler does around the strategy: who counts for a generation, what is drawn beside it, and how it does on
/// functions that people know.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <winnow/space/draw.hpp>

#include "spaces.hpp"

namespace winnow::testing::cmaes_test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
using Objective = std::function<double(const Assignment&)>;

std::unique_ptr<Sampler> cmaes(std::vector<Parameter> parameters, Value options = Value::object(),
                               std::uint64_t seed = 1) {
  return make_or_fail("cmaes",
                      {.space = make_space(std::move(parameters)), .seed = seed, .options = std::move(options)});
}

std::vector<Parameter> reals(int count, double low, double high) {
  std::vector<Parameter> all;
  for (int i = 0; i < count; ++i) all.push_back(real(std::string("x").append(std::to_string(i)), low, high));
  return all;
}

std::vector<double> numbers(const Assignment& params) {
  std::vector<double> all;
  for (const auto& [name, value] : params.entries()) all.push_back(value.get<double>());
  return all;
}

double sphere(const Assignment& params) {
  double sum = 0;
  for (const double x : numbers(params)) sum += (x - 1) * (x - 1);
  return sum;
}

double rosenbrock(const Assignment& params) {
  const auto x = numbers(params);
  double sum = 0;
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    sum += 100 * std::pow(x[i + 1] - x[i] * x[i], 2) + std::pow(1 - x[i], 2);
  }
  return sum;
}

void end(Sampler& sampler, TrialId trial, double value, TrialState state = TrialState::completed) {
  sampler.observe(TrialEnded{.trial = trial, .state = state, .values = {value}});
}

Assignment suggest(Sampler& sampler, TrialId trial) {
  auto params = sampler.propose(trial);
  EXPECT_TRUE(params);
  sampler.observe(TrialSuggested{trial, *params});
  return *params;
}

/// One trial after the other; the best value.
double best_of(Sampler& sampler, const Objective& objective, TrialId trials) {
  double best = std::numeric_limits<double>::infinity();
  for (TrialId trial = 0; trial < trials; ++trial) {
    const double value = objective(suggest(sampler, trial));
    best = std::min(best, value);
    end(sampler, trial, value);
  }
  return best;
}

double median_best(const std::string& method, const Value& options, const std::vector<Parameter>& parameters,
                   const Objective& objective, TrialId trials) {
  std::vector<double> bests;
  for (std::uint64_t seed = 0; seed < 9; ++seed) {
    const auto sampler = make_or_fail(method, {.space = make_space(parameters), .seed = seed, .options = options});
    bests.push_back(best_of(*sampler, objective, trials));
  }
  std::nth_element(bests.begin(), bests.begin() + 4, bests.end());
  return bests[4];
}

TEST(Cmaes, FindsTheBottomOfKnownFunctions) {
  const auto parameters = reals(5, -3, 5);
  EXPECT_LT(median_best("cmaes", {}, parameters, sphere, 600), 1e-6);
  EXPECT_LT(median_best("cmaes", {}, parameters, rosenbrock, 2000), 0.1);
  EXPECT_LT(median_best("cmaes", {{"use_separable_cma", true}}, parameters, sphere, 600), 1e-6);
  EXPECT_LT(median_best("cmaes", {{"lr_adapt", true}}, parameters, sphere, 600), 1e-2);
  EXPECT_GT(median_best("random", {}, parameters, sphere, 600), 0.5);
  EXPECT_GT(median_best("random", {}, parameters, rosenbrock, 2000), 1);
}

TEST(Cmaes, MaximisesWhereThatIsTheGoal) {
  SamplerOptions options{.space = make_space(reals(3, -3, 5)), .seed = 3, .goals = {Goal::maximize}};
  const auto sampler = make_or_fail("cmaes", options);
  double best = -std::numeric_limits<double>::infinity();
  for (TrialId trial = 0; trial < 300; ++trial) {
    const double value = -sphere(suggest(*sampler, trial));
    best = std::max(best, value);
    end(*sampler, trial, value);
  }
  EXPECT_GT(best, -1e-6);
}

/// Whole numbers count little until the others are right, and by then the distribution is too narrow to reach the next
/// one: unless there is a margin.
TEST(Cmaes, TheMarginKeepsWholeNumbersMoving) {
  std::vector<Parameter> parameters = reals(5, -3, 5);
  for (int i = 0; i < 5; ++i) {
    parameters.push_back(parameter(std::string("n").append(std::to_string(i)), Integer{.low = 0, .high = 1}));
  }
  const auto loss = [](const Assignment& params) {
    const auto x = numbers(params);
    double sum = 0;
    for (std::size_t i = 0; i < 5; ++i) sum += 1e4 * (x[i] - 1) * (x[i] - 1) + (1 - x[i + 5]);
    return sum;
  };
  EXPECT_LT(median_best("cmaes", {{"with_margin", true}}, parameters, loss, 2000), 1e-3);
  EXPECT_GE(median_best("cmaes", {}, parameters, loss, 2000), 1);
}

TEST(Cmaes, RestartsLeaveALocalBottom) {
  const auto rastrigin = [](const Assignment& params) {
    double sum = 0;
    for (const double x : numbers(params)) sum += 10 + x * x - 10 * std::cos(2 * std::acos(-1.0) * x);
    return sum;
  };
  const auto parameters = reals(3, -5, 6);
  const double once = median_best("cmaes", {}, parameters, rastrigin, 4000);
  EXPECT_LT(median_best("cmaes", {{"restart_strategy", "ipop"}}, parameters, rastrigin, 4000), once);
  EXPECT_LT(median_best("cmaes", {{"restart_strategy", "bipop"}}, parameters, rastrigin, 4000), once);
}

// --- who counts

/// popsize 4, no random trials; trials 0 to 3 are of the first generation and have been suggested.
std::unique_ptr<Sampler> four_running(Value options = {{"popsize", 4}, {"n_startup_trials", 0}}) {
  auto sampler = cmaes(reals(2, 0, 1), std::move(options));
  for (TrialId trial = 0; trial < 4; ++trial) suggest(*sampler, trial);
  return sampler;
}

TEST(Cmaes, AGenerationEndsWithThePopsizethOfItsTrials) {
  const auto sampler = four_running();
  const Assignment before = *sampler->propose(9);
  for (TrialId trial = 0; trial < 3; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
  EXPECT_EQ(*sampler->propose(9), before);
  end(*sampler, 3, 3);
  EXPECT_NE(*sampler->propose(9), before);
}

TEST(Cmaes, WhoFailsOrIsStoppedIsReplaced) {
  const auto sampler = four_running();
  const Assignment before = *sampler->propose(9);
  end(*sampler, 0, 0, TrialState::failed);
  end(*sampler, 1, 0, TrialState::stopped);
  end(*sampler, 2, 0);
  end(*sampler, 3, 0);
  suggest(*sampler, 4);
  suggest(*sampler, 5);
  end(*sampler, 4, 1);
  EXPECT_EQ(*sampler->propose(9), before);
  end(*sampler, 5, 2);
  EXPECT_NE(*sampler->propose(9), before);
}

TEST(Cmaes, OneThatFailedAndWasTriedAgainCounts) {
  const auto sampler = four_running();
  const Assignment before = *sampler->propose(9);
  end(*sampler, 0, 0, TrialState::failed);
  sampler->observe(TrialResumed{0});
  for (TrialId trial = 0; trial < 4; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
  EXPECT_NE(*sampler->propose(9), before);
}

TEST(Cmaes, StoppedOnesCountWithTheirLastValueIfAsked) {
  const auto sampler = four_running({{"popsize", 4}, {"n_startup_trials", 0}, {"consider_pruned_trials", true}});
  const Assignment before = *sampler->propose(9);
  for (TrialId trial = 0; trial < 3; ++trial)
    end(*sampler, trial, 1.0 * static_cast<double>(trial), TrialState::stopped);
  end(*sampler, 3, kNan, TrialState::stopped);
  EXPECT_EQ(*sampler->propose(9), before) << "it had no value yet";
  suggest(*sampler, 4);
  end(*sampler, 4, 4);
  EXPECT_NE(*sampler->propose(9), before);
}

TEST(Cmaes, AStragglerOfAnOldGenerationIsNotCounted) {
  const auto sampler = four_running();
  suggest(*sampler, 4);
  for (TrialId trial = 0; trial < 4; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
  for (TrialId trial = 5; trial < 8; ++trial) {
    suggest(*sampler, trial);
    end(*sampler, trial, 1.0 * static_cast<double>(trial));
  }
  const Assignment before = *sampler->propose(9);
  end(*sampler, 4, -100);
  EXPECT_EQ(*sampler->propose(9), before) << "three of this generation have ended";
}

TEST(Cmaes, ASuggestionOfAnOldGenerationThatIsHeardLateIsNotCounted) {
  const auto sampler = four_running();
  const Assignment late = *sampler->propose(4);
  for (TrialId trial = 0; trial < 4; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
  sampler->observe(TrialSuggested{4, late});
  end(*sampler, 4, 0);
  for (TrialId trial = 5; trial < 8; ++trial) suggest(*sampler, trial);
  const Assignment before = *sampler->propose(9);
  for (TrialId trial = 5; trial < 8; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
  EXPECT_EQ(*sampler->propose(9), before);
}

TEST(Cmaes, PointsOfPeopleAndChangedTrialsAreNotCounted) {
  const auto sampler = cmaes(reals(2, 0, 1), {{"popsize", 2}, {"n_startup_trials", 0}});
  sampler->observe(TrialSuggested{0, Assignment({{"x0", 0.25}, {"x1", 0.25}})});
  suggest(*sampler, 1);
  suggest(*sampler, 2);
  sampler->observe(TrialChanged{1, Assignment({{"x0", 0.5}, {"x1", 0.25}})});
  const Assignment before = *sampler->propose(9);
  for (TrialId trial = 0; trial < 3; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
  EXPECT_EQ(*sampler->propose(9), before);
}

TEST(Cmaes, ValuesThatAreNotFiniteRankWorst) {
  const auto proposal = [](double worst) {
    const auto sampler = four_running();
    for (TrialId trial = 0; trial < 3; ++trial) end(*sampler, trial, 1.0 * static_cast<double>(trial));
    end(*sampler, 3, worst);
    return *sampler->propose(9);
  };
  EXPECT_EQ(proposal(kNan), proposal(100));
  EXPECT_EQ(proposal(-std::numeric_limits<double>::infinity()), proposal(100));
  EXPECT_NE(proposal(-100), proposal(100));
}

TEST(Cmaes, TrialsAreRandomUntilSoManyHaveEnded) {
  const auto sampler = cmaes(reals(2, 0, 1), {{"n_startup_trials", 2}});
  const auto random = make_or_fail("random", {.space = make_space(reals(2, 0, 1)), .seed = 1});
  EXPECT_EQ(suggest(*sampler, 0), *random->propose(0));
  EXPECT_EQ(suggest(*sampler, 1), *random->propose(1));
  end(*sampler, 0, 0);
  end(*sampler, 1, 0, TrialState::failed);
  EXPECT_EQ(suggest(*sampler, 2), *random->propose(2));
  end(*sampler, 2, 0);
  EXPECT_NE(suggest(*sampler, 3), *random->propose(3));
}

TEST(Cmaes, TheMeanBeginsAtX0) {
  const auto sampler = cmaes({real("a", 0, 10), parameter("n", Integer{.low = 0, .high = 9}), real("b", -1, 1)},
                             {{"x0", {{"a", 2}, {"n", 7}}}, {"sigma0", 1e-6}, {"n_startup_trials", 0}});
  const Assignment first = *sampler->propose(0);
  EXPECT_NEAR(first.find("a")->get<double>(), 2, 1e-3);
  EXPECT_EQ(*first.find("n"), 7);
  EXPECT_NEAR(first.find("b")->get<double>(), 0, 1e-3);
}

// --- recovery

/// Every kind of parameter, a constraint, and something for each of the options.
Space mixed_space() {
  std::vector<Parameter> all{real("a", 0, 2),
                             real("b", 0, 3),
                             parameter("n", Integer{.low = 1, .high = 9}),
                             parameter("log_n", Integer{.low = 1, .high = 900, .log = true}),
                             parameter("lr", Float{.law = Law::log_uniform, .a = 1e-5, .b = 1}),
                             parameter("normal", Float{.law = Law::normal, .a = 3, .b = 2}),
                             parameter("beta", Float{.law = Law::beta, .a = 2, .b = 5}),
                             parameter("q", range(0, 1, 0.1)),
                             parameter("step", range(0, 1, {}, 0.25)),
                             choice("optimizer", {"sgd", "adam", nullptr}),
                             only_if(real("momentum"), "optimizer", {"sgd"}),
                             parameter("fixed", Constant{42})};
  const LinearConstraint sum{
      .type = LinearConstraint::Type::less_than, .threshold = 2.5, .terms = {{.name = "a"}, {.name = "b"}}};
  return Space::make(std::move(all), {sum}).value();
}

double mixed_loss(const Assignment& params) {
  const double a = params.find("a")->get<double>() - 1;
  const double b = params.find("b")->get<double>() - 1;
  return a * a + b * b + std::abs(params.find("n")->get<double>() - 4) +
         std::abs(std::log(params.find("lr")->get<double>()));
}

class CmaesRecovery : public ::testing::TestWithParam<Value> {
protected:
  static std::unique_ptr<Sampler> fresh() {
    return make_or_fail("cmaes", {.space = mixed_space(), .seed = 5, .options = GetParam()});
  }
};

/// Seven trials at once, which end in another order than they started; suggestions are heard some events after they
/// were made. What was proposed after a part of the ledger is proposed by one that has folded that part.
TEST_P(CmaesRecovery, WhoFoldsTheLedgerProposesTheSame) {
  struct Asked {
    std::size_t seen;
    TrialId trial;
    Assignment params;
  };
  const auto live = fresh();
  std::vector<Observation> ledger;
  std::vector<Asked> asked;
  const auto append = [&](Observation what) {
    live->observe(what);
    ledger.push_back(std::move(what));
  };
  const Space space = mixed_space();
  for (TrialId trial = 0; trial < 160; ++trial) {
    asked.push_back({ledger.size(), trial, *live->propose(trial)});
    EXPECT_TRUE(space.feasible(asked.back().params));
    if (trial % 5 != 4) append(TrialSuggested{trial, asked.back().params});
    if (trial >= 7) {
      const TrialId one = trial - (trial % 2 == 0 ? 7 : 5);
      const double loss = one % 13 == 3 ? kNan : mixed_loss(asked[static_cast<std::size_t>(one)].params);
      append(TrialEnded{
          .trial = one, .state = one % 11 == 2 ? TrialState::failed : TrialState::completed, .values = {loss}});
    }
    if (trial % 5 == 4) append(TrialSuggested{trial, asked.back().params});
  }
  const auto recovered = fresh();
  std::size_t fed = 0;
  for (const Asked& one : asked) {
    while (fed < one.seen) recovered->observe(ledger[fed++]);
    ASSERT_EQ(*recovered->propose(one.trial), one.params) << one.trial;
  }
  EXPECT_NE(asked.back().params, *fresh()->propose(asked.back().trial)) << "it has learnt";
}

TEST_P(CmaesRecovery, EveryValueIsOfItsDomain) {
  const auto sampler = fresh();
  const Space space = mixed_space();
  for (TrialId trial = 0; trial < 150; ++trial) {
    const Assignment params = suggest(*sampler, trial);
    expect_within(space, params);
    end(*sampler, trial, mixed_loss(params));
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, CmaesRecovery, ::testing::ValuesIn(sampler_examples("cmaes")));

TEST(Cmaes, FindsItsWayIntoANarrowCorner) {
  auto space = Space::make(
      reals(2, 0, 1),
      {{.type = LinearConstraint::Type::less_than, .threshold = 0.1, .terms = {{.name = "x0"}, {.name = "x1"}}}});
  ASSERT_TRUE(space);
  const auto sampler = make_or_fail("cmaes", {.space = *space, .seed = 2});
  EXPECT_LT(best_of(
                *sampler, [](const Assignment& p) { return std::abs(p.find("x0")->get<double>() - 0.05); }, 300),
            1e-6);
}

TEST(Cmaes, WithoutNumbersAllIsRandom) {
  const std::vector<Parameter> choices{choice("a", {1, 2, 3}), choice("b", {"x", "y"})};
  const auto sampler = cmaes(choices, {{"n_startup_trials", 0}});
  const auto random = make_or_fail("random", {.space = make_space(choices), .seed = 1});
  EXPECT_EQ(suggest(*sampler, 0), *random->propose(0));
  EXPECT_THAT(sampler->describe(), ::testing::ElementsAre(::testing::HasSubstr("all is drawn at random")));
  const auto none = cmaes({});
  EXPECT_TRUE(none->propose(0)->empty());
}

TEST(Cmaes, SaysWhatIsDrawnBesideIt) {
  const auto sampler = cmaes(
      {real("a"), real("b"), choice("optimizer", {"sgd", "adam"}), only_if(real("momentum"), "optimizer", {"sgd"})});
  EXPECT_THAT(sampler->describe(), ::testing::ElementsAre("1 at random, then generations of 6",
                                                          "optimizer, momentum: drawn at random beside cmaes"));
}

TEST(Cmaes, RefusesWhatDoesNotWork) {
  const auto refused = [](Value options) {
    return refusal("cmaes",
                   {.space = make_space({real("lr"), choice("opt", {"a", "b"})}), .options = std::move(options)});
  };
  EXPECT_EQ(refused({{"sigma0", 0}}), "sigma0: must be above 0, got 0");
  EXPECT_EQ(refused({{"popsize", 1}}), "popsize: must be from 2 to 1000000, got 1");
  EXPECT_EQ(refused({{"n_startup_trials", -1}}), "n_startup_trials: must be at least 0, got -1");
  EXPECT_EQ(refused({{"restart_strategy", "pop"}}), "restart_strategy: must be none, ipop or bipop, got 'pop'");
  EXPECT_EQ(refused({{"inc_popsize", 0}}), "inc_popsize: must be at least 1, got 0");
  EXPECT_EQ(refused({{"lr_adapt", true}, {"with_margin", true}}),
            "lr_adapt: doesn't go with use_separable_cma or with_margin");
  EXPECT_EQ(refused({{"use_separable_cma", true}, {"with_margin", true}}),
            "with_margin: doesn't go with use_separable_cma");
  EXPECT_EQ(refused({{"x0", 3}}), "x0: must be parameters with values, got 3");
  EXPECT_THAT(refused({{"x0", {{"lrr", 0.5}}}}), ::testing::HasSubstr("did you mean lr?"));
  EXPECT_EQ(refused({{"x0", {{"lr", 5}}}}), "x0.lr: 5 is no value of this parameter");
  EXPECT_EQ(refused({{"x0", {{"opt", "a"}}}}), "x0.opt: no numeric parameter without conditions");
  EXPECT_THAT(refusal("cmaes", {.goals = {Goal::minimize, Goal::maximize}}), ::testing::HasSubstr("one objective"));
}

TEST(Cmaes, ItsOptionsMakeItAgain) {
  for (const Value& example : sampler_examples("cmaes")) {
    const SamplerOptions given{.space = make_space(reals(3, 0, 1)), .seed = 4, .options = example};
    const auto sampler = make_or_fail("cmaes", given);
    SamplerOptions again = given;
    again.options = sampler->options();
    EXPECT_EQ(make_or_fail("cmaes", again)->options(), sampler->options());
  }
}

}  // namespace
}  // namespace winnow::testing::cmaes_test

#include <set>

#include "support.hpp"

namespace winnow::testing::distinct_test {
namespace {

/// 3 · 2 + 3 = 9 points.
std::vector<Parameter> nine_points() {
  return {choice("optimizer", {"sgd", "adam"}), parameter("layers", Integer{.low = 1, .high = 3}),
          only_if(choice("nesterov", {true, false}), "optimizer", {"sgd"})};
}

std::vector<std::string> told(Sampler& sampler, TrialId from, TrialId to) {
  std::vector<std::string> points;
  for (TrialId trial = from; trial < to; ++trial) {
    const auto params = sampler.propose(trial);
    EXPECT_TRUE(params);
    points.push_back(params->to_json().dump());
    sampler.observe(TrialSuggested{trial, *params});
    const bool fails = trial % 3 == 0;
    sampler.observe(TrialEnded{trial,
                               fails ? TrialState::failed : TrialState::completed,
                               fails ? std::vector<double>{} : std::vector<double>{0.5 * static_cast<double>(trial)},
                               {}});
  }
  return points;
}

std::size_t distinct(const std::vector<std::string>& points) {
  return std::set<std::string>(points.begin(), points.end()).size();
}

TEST(Distinct, EveryPointComesBeforeOneComesTwice) {
  for (const char* method : {"tpe", "random"}) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SamplerOptions options{.space = make_space(nine_points()), .seed = seed, .repeats = false};
      const auto sampler = make_or_fail(method, options);
      EXPECT_EQ(distinct(told(*sampler, 0, 9)), 9U) << method << seed;
      EXPECT_LE(distinct(told(*sampler, 9, 20)), 9U) << "and then they come again";
    }
  }
}

TEST(Distinct, IsWhatLearningSamplersDoUnlessToldOtherwise) {
  SamplerOptions options{.space = make_space(nine_points()), .seed = 1};
  EXPECT_EQ(distinct(told(*make_or_fail("tpe", options), 0, 9)), 9U);
  EXPECT_LT(distinct(told(*make_or_fail("random", options), 0, 9)), 9U);
  options.repeats = true;
  EXPECT_LT(distinct(told(*make_or_fail("tpe", options), 0, 9)), 9U);
}

TEST(Distinct, EarlierTrialsAndGivenPointsCount) {
  SamplerOptions options{.space = make_space(nine_points()), .seed = 1};
  const auto all = told(*make_or_fail("tpe", options), 0, 9);
  for (std::size_t i = 0; i < 4; ++i) {
    options.prior.push_back({.params = *Assignment::from_json(OrderedJson::parse(all[i])), .values = {1.0}});
  }
  options.start_with.push_back(*Assignment::from_json(OrderedJson::parse(all[4])));
  const auto rest = told(*make_or_fail("tpe", options), 0, 5);
  EXPECT_EQ(rest.front(), all[4]);
  EXPECT_EQ(std::set<std::string>(rest.begin(), rest.end()), std::set<std::string>(all.begin() + 4, all.end()));
}

TEST(Distinct, ChangesNothingWhereThereAreNoDoubles) {
  SamplerOptions options{.space = make_space({real("x"), choice("c", {1, 2})}), .seed = 3};
  SamplerOptions loose = options;
  loose.repeats = true;
  EXPECT_EQ(told(*make_or_fail("tpe", options), 0, 30), told(*make_or_fail("tpe", loose), 0, 30));
}

TEST(Distinct, MarksAreNotLostOnWhoCrossesNothing) {
  EXPECT_EQ(refusal("tpe", {.space = make_space({marked(choice("c", {1, 2})), real("x")})}),
            "parameters.c: is to be crossed (grid), which tpe doesn't do; random, grid and brute_force do, or take the "
            "mark away");
}

}  // namespace
}  // namespace winnow::testing::distinct_test

/// What every registered sampler keeps. A new one is covered by its registry line.
#include <algorithm>
#include <map>
#include <winnow/space/draw.hpp>

#include "spaces.hpp"

namespace winnow::testing::conformance_test {
namespace {

/// Every domain has a grid, so that all methods take it.
std::vector<Parameter> parameters() {
  return {choice("optimizer", {"sgd", "adam", nullptr, Value::array({1, 2})}),
          parameter("layers", Integer{.low = 1, .high = 4}), parameter("dropout", range(0, 0.5, {}, 0.25)),
          only_if(parameter("momentum", range(0, 0.9, 0.3)), "optimizer", {"sgd"}), parameter("fixed", Constant{42})};
}

constexpr TrialId kTrials = 40;

class SamplerConformance : public ::testing::TestWithParam<std::string> {
protected:
  static std::unique_ptr<Sampler> fresh(std::vector<Parameter> given = parameters(), std::uint64_t seed = 9,
                                        std::vector<Assignment> start_with = {}) {
    return make_or_fail(GetParam(),
                        {.space = make_space(std::move(given)), .seed = seed, .start_with = std::move(start_with)});
  }
};

TEST_P(SamplerConformance, SameSeedGivesTheSameTrials) {
  EXPECT_EQ(proposals(*fresh(), kTrials), proposals(*fresh(), kTrials));
}

TEST_P(SamplerConformance, TheOrderOfAskingChangesNothingUnlessItLearns) {
  if (fresh()->learns()) return;
  const auto forward = proposals(*fresh(), kTrials);
  auto sampler = fresh();
  for (TrialId trial = std::ssize(forward); trial-- > 0;) {
    static_cast<void>(sampler->draw(trial, "late", Float{}));
    EXPECT_EQ(sampler->propose(trial), forward[static_cast<std::size_t>(trial)]) << trial;
  }
}

TEST_P(SamplerConformance, ALateDrawIsTheSameWheneverItIsAsked) {
  auto one = fresh();
  auto other = fresh();
  const Value early = one->draw(5, "late", Float{});
  static_cast<void>(proposals(*other, kTrials));
  static_cast<void>(other->draw(5, "else", Float{}));
  EXPECT_EQ(other->draw(5, "late", Float{}), early);
  EXPECT_NE(other->draw(6, "late", Float{}), early);
}

TEST_P(SamplerConformance, AnExtraDrawnParameterChangesNothingElse) {
  auto all = parameters();
  // One value, so that a grid keeps its points; its name sorts first, last and in between.
  for (const char* name : {"aaa", "mmm", "zzz"}) all.push_back(choice(name, {1}));
  const auto with = proposals(*fresh(all), kTrials);
  const auto without = proposals(*fresh(), kTrials);
  ASSERT_EQ(with.size(), without.size());
  for (std::size_t i = 0; i < with.size(); ++i) {
    for (const auto& [name, value] : without[i].entries()) {
      ASSERT_NE(with[i].find(name), nullptr) << name;
      EXPECT_EQ(*with[i].find(name), value) << "trial " << i << ", " << name;
    }
  }
}

TEST_P(SamplerConformance, EveryPresentParameterHasAValueOfItsDomainAndNoOtherHasOne) {
  const Space space = make_space(parameters());
  for (const Assignment& trial : proposals(*fresh(), kTrials)) expect_within(space, trial);
}

TEST_P(SamplerConformance, ThePointsOfStartWithComeFirst) {
  const std::vector<Assignment> points{Assignment({{"optimizer", "adam"}, {"layers", 3}}),
                                       Assignment({{"dropout", 0.25}})};
  const auto trials = proposals(*fresh(parameters(), 9, points), kTrials);
  ASSERT_GT(trials.size(), points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (const auto& [name, value] : points[i].entries()) EXPECT_EQ(*trials[i].find(name), value);
  }
}

/// The record has them, and a resume makes the sampler from there.
TEST_P(SamplerConformance, ItsOptionsMakeItAgain) {
  for (const Value& example : sampler_examples(GetParam())) {
    SamplerOptions options{.space = make_space(parameters()), .seed = 9, .options = example};
    const auto made = make_or_fail(GetParam(), options);
    for (const auto& [key, value] : example.items()) EXPECT_TRUE(made->options().contains(key)) << key;
    options.options = made->options();
    const auto again = make_or_fail(GetParam(), options);
    EXPECT_EQ(again->options(), made->options());
    EXPECT_EQ(proposals(*again, 5), proposals(*made, 5));
  }
}

TEST_P(SamplerConformance, AnUnknownOptionIsRefusedWithItsName) {
  EXPECT_THAT(refusal(GetParam(), {.space = make_space(parameters()), .options = {{"speling", 1}}}),
              ::testing::StartsWith("speling: " + GetParam() + " has no such option"));
}

TEST_P(SamplerConformance, TheTotalIsTheNumberOfTrials) {
  const SamplerOptions options{.space = make_space(parameters()), .start_with = {Assignment({{"layers", 3}})}};
  const auto total = sampler_total(GetParam(), options);
  auto sampler = make_or_fail(GetParam(), options);
  if (!total) {
    EXPECT_TRUE(sampler->propose(1'000'000));
    return;
  }
  EXPECT_EQ(std::ssize(proposals(*sampler, *total + 10)), *total);
}

TEST_P(SamplerConformance, ObservationsAreTaken) {
  auto sampler = fresh();
  sampler->observe(TrialSuggested{0, *sampler->propose(0)});
  sampler->observe(TrialReported{.trial = 0, .step = 1, .resource = 1, .value = 0.5});
  sampler->observe(TrialPaused{0});
  sampler->observe(TrialResumed{0});
  sampler->observe(ParameterDrawn{0, "late", Float{}, 0.5});
  sampler->observe(TrialEnded{.trial = 0, .state = TrialState::completed, .values = {0.5}});
  EXPECT_TRUE(sampler->propose(1));
}

INSTANTIATE_TEST_SUITE_P(Registered, SamplerConformance, ::testing::ValuesIn(sampler_names()),
                         [](const auto& subject) { return subject.param; });

}  // namespace
}  // namespace winnow::testing::conformance_test

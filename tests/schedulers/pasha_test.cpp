/// PASHA: the rule on ladders worked by hand, and what Syne Tune's made of random histories (tests/data/pasha).
#include <cmath>
#include <winnow/schedulers/pasha.hpp>

#include "support.hpp"

namespace winnow::testing::pasha_test {
namespace {

using ::testing::Optional;

/// Rungs 1, 3, 9.
Pasha make_pasha_of(std::optional<double> epsilon, double max_t = 27) {
  auto made = Pasha::make({.max_t = max_t, .grace_period = 1, .reduction_factor = 3, .epsilon = epsilon},
                          {.goal = Goal::maximize});
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

/// Reports; a pause is carried out at once.
Decision reports(Pasha& pasha, TrialId trial, double resource, double value) {
  const Judged judged{.trial = trial, .resource = resource, .value = value};
  Decision decision = decide(pasha, judged);
  if (decision.verdict == Verdict::pause) pasha.set_promotable(trial, true);
  return decision;
}

std::optional<TrialId> promote(Pasha& pasha) {
  const auto next = to_promote(pasha.wish({}));
  if (next) pasha.record_promotion(*next);
  return next;
}

/// Nine trials wait at the first rung, trial k with 0.k; the best three, 8, 7 and 6, go on.
void fill_first_rung(Pasha& pasha) {
  for (TrialId trial = 0; trial < 9; ++trial) reports(pasha, trial, 1, 0.1 * static_cast<double>(trial));
  for (const TrialId expected : {8, 7, 6}) EXPECT_THAT(promote(pasha), Optional(expected));
}

TEST(Pasha, NobodyIsPromotedFromTheHighestRungInUse) {
  auto pasha = make_pasha_of(0);
  fill_first_rung(pasha);
  for (const TrialId trial : {8, 7, 6}) reports(pasha, trial, 3, 0.1 * static_cast<double>(trial));
  EXPECT_EQ(pasha.current_max_t(), 3);
  EXPECT_EQ(promote(pasha), std::nullopt) << "trial 8 goes on in asha";
}

TEST(Pasha, GrowsByARungWhenTheRanksDiffer) {
  auto pasha = make_pasha_of(0);
  fill_first_rung(pasha);
  reports(pasha, 8, 3, 0.85);
  reports(pasha, 6, 3, 0.7);
  EXPECT_EQ(pasha.current_max_t(), 3) << "8 before 6, as at rung 1";
  reports(pasha, 7, 3, 0.9);
  EXPECT_EQ(pasha.current_max_t(), 9) << "7 before 8";
  EXPECT_THAT(promote(pasha), Optional(7));
}

TEST(Pasha, EndsWithTheWholeLadder) {
  auto pasha = make_pasha_of(0);
  for (TrialId trial = 0; trial < 27; ++trial) reports(pasha, trial, 1, 0.01 * static_cast<double>(trial));
  for (TrialId trial = 26; trial >= 18; --trial) EXPECT_THAT(promote(pasha), Optional(trial));
  for (TrialId trial = 18; trial < 27; ++trial) reports(pasha, trial, 3, 1 - 0.01 * static_cast<double>(trial));
  EXPECT_EQ(pasha.current_max_t(), 9);
  for (const TrialId expected : {18, 19, 20}) EXPECT_THAT(promote(pasha), Optional(expected));
  reports(pasha, 18, 9, 0.5);
  EXPECT_EQ(pasha.current_max_t(), 9) << "one trial has no order";
  reports(pasha, 20, 9, 0.6);
  EXPECT_EQ(pasha.current_max_t(), 27);
  reports(pasha, 19, 9, 0.55);
  EXPECT_THAT(promote(pasha), Optional(20));
  EXPECT_TRUE(reports(pasha, 20, 27, 0.6).completed);
}

TEST(Pasha, TrialsWithinEpsilonBelowMayChangePlaces) {
  auto pasha = make_pasha_of(0.15);
  fill_first_rung(pasha);
  reports(pasha, 8, 3, 0.8);
  reports(pasha, 7, 3, 0.9);
  EXPECT_EQ(pasha.current_max_t(), 3) << "0.8 and 0.7 were 0.1 apart";
  reports(pasha, 6, 3, 0.95);
  EXPECT_EQ(pasha.current_max_t(), 9) << "6 has the place of 8, 0.2 away";
}

TEST(Pasha, EpsilonIsTheDistanceOfTrialsThatCrossedTwice) {
  auto pasha = make_pasha_of(std::nullopt);
  fill_first_rung(pasha);
  EXPECT_EQ(pasha.epsilon(), 0);
  reports(pasha, 8, 2, 0.8);
  reports(pasha, 7, 2, 0.9);
  EXPECT_EQ(pasha.epsilon(), 0) << "they crossed once";
  reports(pasha, 8, 3, 1.0);
  reports(pasha, 7, 3, 0.875);
  EXPECT_EQ(pasha.epsilon(), 0.125) << "8 is ahead again";
  reports(pasha, 6, 3, 0.9);
  EXPECT_EQ(pasha.current_max_t(), 3) << "6 and 7 changed places, but were only 0.1 apart";
}

TEST(Pasha, ATrialWithoutAFiniteValueIsNotCompared) {
  auto pasha = make_pasha_of(0);
  fill_first_rung(pasha);
  const Decision lost = reports(pasha, 8, 3, std::nan(""));
  EXPECT_EQ(lost.verdict, Verdict::stop);
  EXPECT_EQ(lost.why, "no finite value at rung 3");
  reports(pasha, 7, 3, 0.7);
  reports(pasha, 6, 3, 0.6);
  EXPECT_EQ(pasha.current_max_t(), 3);
}

TEST(Pasha, ATrialThatSkippedTheRungBelowIsNotCompared) {
  auto pasha = make_pasha_of(0);
  fill_first_rung(pasha);
  reports(pasha, 8, 3, 0.8);
  reports(pasha, 9, 4, 0.9);
  reports(pasha, 7, 3, 0.7);
  EXPECT_EQ(pasha.current_max_t(), 3);
}

TEST(Pasha, OneThatFailedKeepsItsPlaceInTheRanks) {
  auto pasha = make_pasha_of(0);
  fill_first_rung(pasha);
  reports(pasha, 8, 3, 0.8);
  pasha.ended(8, TrialState::failed);
  reports(pasha, 7, 3, 0.9);
  EXPECT_EQ(pasha.current_max_t(), 9);
}

TEST(Pasha, EqualValuesRankByWhoCameFirst) {
  auto one = make_pasha_of(0);
  fill_first_rung(one);
  reports(one, 8, 3, 0.8);
  reports(one, 7, 3, 0.8);
  EXPECT_EQ(one.current_max_t(), 3);
  auto other = make_pasha_of(0);
  fill_first_rung(other);
  reports(other, 7, 3, 0.8);
  reports(other, 8, 3, 0.8);
  EXPECT_EQ(other.current_max_t(), 9);
}

TEST(Pasha, WithOneRungItIsAsha) {
  auto pasha = make_pasha_of(std::nullopt, 3);
  EXPECT_EQ(pasha.current_max_t(), 3);
  for (TrialId trial = 0; trial < 3; ++trial) reports(pasha, trial, 1, static_cast<double>(trial));
  EXPECT_THAT(promote(pasha), Optional(2));
}

TEST(Pasha, SaysWhereATrialWaits) {
  auto pasha = make_pasha_of(0);
  EXPECT_EQ(reports(pasha, 0, 1, 0.5).why, "waits at rung 1 of those up to 3");
}

TEST(Pasha, OptionsAreChecked) {
  const auto refuse = [](const Value& options) {
    const auto made = make_scheduler("pasha", options, {});
    return made ? std::string() : made.error().message;
  };
  EXPECT_EQ(refuse(Value::object()), "max_t: is required: the resource at which a trial is complete, >= 1");
  EXPECT_EQ(refuse({{"max_t", 9}, {"epsilon", -1}}), "epsilon: must be auto or at least 0, got -1");
  EXPECT_EQ(refuse({{"max_t", 9}, {"grace_period", 9}}), "grace_period: must be less than max_t (9), got 9");
}

/// A report, and what Syne Tune made of it, or what it gave before if that stands.
struct Peer {
  double max_t;
  double epsilon = 0;
  void take(const Value& event) {
    if (event.size() < 6) return;
    max_t = event[4].get<double>();
    epsilon = event[5].get<double>();
  }
};

TEST(Pasha, GrowsAndPausesAsInSyneTune) {
  const Value vectors = recorded("pasha/pasha");
  int grown = 0;
  int promotions = 0;
  int promotes_alike = 0;
  EXPECT_GE(vectors.at("cases").size(), 200U);
  for (const Value& vector : vectors.at("cases")) {
    const Value& options = vector.at("options");
    const Pasha::Options read{.max_t = options.at("max_t").get<double>(),
                              .grace_period = options.at("grace_period").get<double>(),
                              .reduction_factor = options.at("reduction_factor").get<double>()};
    auto pasha = Pasha::make(read, {.goal = goal_of(vector)});
    ASSERT_TRUE(pasha);
    const double first = pasha->current_max_t();
    Peer peer{first};
    for (const Value& event : vector.at("events")) {
      if (event[0] == "ask") {
        const auto promoted = promote(*pasha);
        ASSERT_EQ(promoted ? Value(*promoted) : Value(), event[1]) << vector.at("options");
        promotions += promoted ? 1 : 0;
        promotes_alike += promoted && event[1] == event[2] ? 1 : 0;
        continue;
      }
      if (event[1] == "f") {
        pasha->ended(event[0].get<TrialId>(), TrialState::failed);
        continue;
      }
      const Decision decision =
          reports(*pasha, event[0].get<TrialId>(), event[1].get<double>(), event[2].get<double>());
      peer.take(event);
      ASSERT_EQ(decision.verdict == Verdict::go_on, event[3] == 1) << event;
      ASSERT_EQ(pasha->current_max_t(), peer.max_t) << event << " " << options;
      if (peer.max_t < read.max_t) {
        ASSERT_DOUBLE_EQ(pasha->epsilon(), peer.epsilon) << event << " " << options;
      }
    }
    grown += peer.max_t > first ? 1 : 0;
  }
  EXPECT_GT(grown, 100);
  EXPECT_GT(promotions, 5000);
  EXPECT_GT(promotes_alike, 4000) << "where they part, Syne Tune's cut is an interpolated quantile";
}

}  // namespace
}  // namespace winnow::testing::pasha_test

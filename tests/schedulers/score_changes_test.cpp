/// The data of `pb2`, by hand and beside what Ray Tune gives to its model (tests/data/pb2/make_vectors.py).
#include <algorithm>
#include <limits>

#include <winnow/schedulers/detail/ucb_choice.hpp>
#include <winnow/schedulers/score_changes.hpp>

#include "support.hpp"

namespace winnow::testing::score_changes_test {
namespace {

using Point = ScoreChanges::Point;
constexpr double kNone = -std::numeric_limits<double>::infinity();

std::vector<double> rates(const ScoreChanges& data) {
  std::vector<double> rates;
  for (const auto& change : data.changes()) rates.push_back(change.rate);
  return rates;
}

TEST(ScoreChanges, AreOfOneTrialBetweenTwoScoresPerStep) {
  ScoreChanges data;
  data.scored(0, {0.1}, 2, 5);
  data.scored(1, {0.2}, 2, 7);
  EXPECT_TRUE(data.changes().empty());
  EXPECT_EQ(data.last_of(0), nullptr);
  data.scored(0, {0.1}, 6, 7);
  ASSERT_EQ(data.changes().size(), 1U);
  const auto& change = data.changes().front();
  EXPECT_EQ(change.trial, 0);
  EXPECT_EQ(change.time, 6);
  EXPECT_EQ(change.before, 5);
  EXPECT_EQ(change.rate, 0.5);
  EXPECT_EQ(change.at, Point{0.1});
  EXPECT_NE(data.last_of(0), nullptr);
  EXPECT_EQ(data.last_of(1), nullptr);
}

TEST(ScoreChanges, AfterAnExploitCountFromTheDonorsScore) {
  ScoreChanges data;
  data.scored(0, {0.1}, 2, 1);
  data.exploited(0, {0.9}, 4, 10);
  data.scored(0, {0.9}, 6, 12);
  EXPECT_THAT(rates(data), ::testing::ElementsAre(1));
  data.exploited(0, {0.9}, 4, std::nullopt);
  data.scored(0, {0.9}, 6, 12);
  EXPECT_EQ(data.changes().size(), 1U);
}

TEST(ScoreChanges, WhatIsNotFiniteIsNone) {
  ScoreChanges data;
  data.scored(0, {0.1}, 2, 1);
  data.scored(0, {0.1}, 4, kNone);
  data.scored(0, {0.1}, 6, 3);
  EXPECT_TRUE(data.changes().empty());
  data.scored(0, {0.1}, 8, 4);
  EXPECT_THAT(rates(data), ::testing::ElementsAre(0.5));
  data.scored(0, {0.1}, 8, 5);
  EXPECT_EQ(data.changes().size(), 1U) << "no time went by";
}

TEST(ScoreChanges, OneThatFailedStartsAnewWhenItComesBack) {
  ScoreChanges data;
  data.scored(0, {0.1}, 2, 1);
  data.scored(0, {0.1}, 4, 2);
  data.ended(0);
  EXPECT_NE(data.last_of(0), nullptr) << "what it has shown still counts";
  data.scored(0, {0.1}, 6, 9);
  EXPECT_EQ(data.changes().size(), 1U);
  data.scored(0, {0.1}, 8, 10);
  EXPECT_THAT(rates(data), ::testing::ElementsAre(0.5, 0.5));
}

TEST(ScoreChanges, OnlyTheLatestAreKept) {
  ScoreChanges data;
  data.scored(1, {0.1}, 1, 0);
  data.scored(1, {0.1}, 2, 0);
  for (int i = 0; i <= 1000; ++i) data.scored(0, {0.1}, i, i);
  EXPECT_EQ(data.changes().size(), 1000U);
  EXPECT_EQ(data.last_of(1), nullptr);
}

TEST(ScoreChanges, ArePendingUntilTheNextTime) {
  ScoreChanges data;
  data.scored(0, {0.1}, 2, 1);
  data.exploited(1, {0.3}, 2, 1);
  EXPECT_THAT(data.pending(), ::testing::ElementsAre(Point{0.3}));
  data.exploited(2, {0.4}, 2, 1);
  EXPECT_EQ(data.pending().size(), 2U);
  data.scored(3, {0.1}, 2, 1);
  EXPECT_EQ(data.pending().size(), 2U);
  data.scored(0, {0.1}, 4, 1);
  EXPECT_TRUE(data.pending().empty());
  data.exploited(1, {0.5}, 4, 1);
  EXPECT_THAT(data.pending(), ::testing::ElementsAre(Point{0.5}));
}

std::vector<std::vector<double>> by_time(const ScoreChanges& data) {
  std::vector<std::vector<double>> rows;
  for (const auto& change : data.changes()) {
    rows.push_back({change.time, change.before, change.rate});
    rows.back().insert(rows.back().end(), change.at.begin(), change.at.end());
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

void expect_near(const std::vector<std::vector<double>>& found, std::vector<std::vector<double>> expected) {
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_THAT(found[i], ::testing::Pointwise(::testing::DoubleNear(1e-9), expected[i]));
  }
}

TEST(ScoreChanges, AreThoseThatRaysModelGoesBy) {
  const Value histories = recorded("pb2/vectors").at("histories");
  int exploits = 0;
  for (const Value& history : histories) {
    ScoreChanges data;
    for (const Value& event : history) {
      const auto trial = event[1].get<TrialId>();
      if (event[0] == "s") {
        data.scored(trial, event[3].get<Point>(), event[2].get<double>(), event[4].get<double>());
        continue;
      }
      expect_near(by_time(data), event[6].get<std::vector<std::vector<double>>>());
      EXPECT_EQ(Value(data.pending()), event[7]);
      data.exploited(trial, event[5].get<Point>(), event[3].get<double>(), event[4].get<double>());
      ++exploits;
    }
  }
  EXPECT_GT(exploits, 50);
}

// --- the bound of what is chosen by them

/// Two trials, one of whose scores rises by 1 a step at 0.2, the other's by nothing at 0.8.
ScoreChanges two_slopes() {
  ScoreChanges data;
  for (int time = 0; time <= 6; time += 2) {
    data.scored(0, {0.2}, time, time);
    data.scored(1, {0.8}, time, 0);
  }
  return data;
}

TEST(UcbChoice, PrefersWhereScoresRise) {
  const ScoreChanges data = two_slopes();
  const UcbChoice choice(data, *data.last_of(0));
  const auto bounds = choice.bounds({{0.2}, {0.8}});
  EXPECT_GT(bounds[0], bounds[1]);
}

TEST(UcbChoice, APendingPointIsWorthLess) {
  ScoreChanges data = two_slopes();
  const auto before = UcbChoice(data, *data.last_of(0)).bounds({{0.5}});
  data.exploited(1, {0.5}, 6, 6);
  const auto after = UcbChoice(data, *data.last_of(0)).bounds({{0.5}});
  EXPECT_LT(after[0], before[0] - 0.01);
}

TEST(UcbChoice, TakesOnlyWhatSettles) {
  const ScoreChanges data = two_slopes();
  const UcbChoice choice(data, *data.last_of(0));
  Rng rng = keyed_rng(1, 0, "ucb");
  const auto halves = [](const Point& point) -> std::optional<Point> {
    if (point[0] < 0.4) return std::nullopt;
    return Point{point[0] < 0.75 ? 0.5 : 1.0};
  };
  const auto best = choice.best({0.2}, halves, rng);
  ASSERT_TRUE(best);
  EXPECT_EQ(*best, Point{0.5});
  EXPECT_FALSE(choice.best(
      {0.2}, [](const Point&) { return std::optional<Point>(); }, rng));
}

}  // namespace
}  // namespace winnow::testing::score_changes_test

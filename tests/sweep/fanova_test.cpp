/// fANOVA: the variance of recorded scikit-learn trees as Optuna 5.0 decomposes it, and importances as close to
/// Optuna's as two seeds of it are to each other (tests/data/importance).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include <winnow/core/random.hpp>
#include <winnow/sweep/fanova.hpp>
#include <winnow/sweep/importance/feature.hpp>
#include <winnow/sweep/importance/tree_variance.hpp>

#include "rated_histories.hpp"

namespace winnow::fanova_test {
namespace {

using importance::Feature;
using importance::Grower;
using importance::Node;
using importance::Tree;
using test::Made;
using test::other_domains;
using test::RatedHistory;
using test::recorded;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The histories of both files by name.
std::map<std::string, Value> histories(const Value& vectors) {
  std::map<std::string, Value> all;
  const Value others = recorded("vectors.json");
  for (const Value& one : others.at("cases")) all.emplace(one.at("name").get<std::string>(), one);
  for (const Value& one : vectors.at("histories")) all.emplace(one.at("name").get<std::string>(), one);
  return all;
}

Tree tree_of(const Value& nodes) {
  Tree tree;
  for (const Value& node : nodes) {
    Node& one = tree.emplace_back();
    if (node.size() == 1) {
      one.value = node[0];
    } else {
      one = {.feature = node[0], .at = node[1], .left = node[2], .right = node[3]};
    }
  }
  return tree;
}

TEST(Fanova, PartsTheVarianceOfATreeAsOptunaDoes) {
  const Value vectors = recorded("fanova_vectors.json");
  const auto by_name = histories(vectors);
  std::size_t compared = 0;
  for (const Value& vector : vectors.at("trees")) {
    const auto history = vector.at("history").get<std::string>();
    SCOPED_TRACE(history);
    const RatedHistory made(by_name.at(history));
    std::vector<Feature> features;
    for (const Value& name : vector.at("names")) {
      const auto& all = made.space.parameters();
      const auto it = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name() == name; });
      ASSERT_NE(it, all.end());
      features.push_back(importance::Scale(it->domain).feature());
    }
    const auto variance = importance::variance_of(tree_of(vector.at("nodes")), features);
    const auto total = vector.at("total").get<double>();
    EXPECT_NEAR(variance.total, total, 1e-12 * total);
    ASSERT_EQ(variance.marginal.size(), features.size());
    for (std::size_t f = 0; f < features.size(); ++f, ++compared) {
      EXPECT_NEAR(variance.marginal[f], vector.at("marginal").at(f).get<double>(), 1e-12 * total)
          << vector.at("names").at(f);
    }
  }
  EXPECT_GE(compared, 90U);
}

struct Spread {
  explicit Spread(const std::vector<double>& shares)
      : low(*std::min_element(shares.begin(), shares.end())),
        high(*std::max_element(shares.begin(), shares.end())),
        mean(std::accumulate(shares.begin(), shares.end(), 0.0) / static_cast<double>(shares.size())) {}
  double low;
  double high;
  double mean;
};

/// Of some seeds, by parameter.
std::map<std::string, std::vector<double>> shares_of(const RatedHistory& history, std::uint64_t seeds) {
  std::map<std::string, std::vector<double>> shares;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const auto importance = fanova(history.space, history.rated, {.seed = seed});
    EXPECT_TRUE(importance) << importance.error().message;
    if (!importance) continue;
    for (const auto& one : importance->parameters) shares[one.name].push_back(one.importance);
    for (const std::string& name : importance->fixed) shares[name].push_back(0);
  }
  return shares;
}

TEST(Fanova, IsAsCloseToOptunaAsItsSeedsAreToEachOther) {
  const Value vectors = recorded("fanova_vectors.json");
  const auto by_name = histories(vectors);
  std::size_t compared = 0;
  for (const Value& vector : vectors.at("importances")) {
    const auto name = vector.at("history").get<std::string>();
    const RatedHistory history(by_name.at(name));
    const bool few = history.rated.size() < 10;
    const auto ours = shares_of(history, 12);
    EXPECT_EQ(ours.size(), vector.at("of").size()) << name;
    for (const auto& [parameter, theirs] : vector.at("of").items()) {
      SCOPED_TRACE(name + ": " + parameter);
      ASSERT_TRUE(ours.contains(parameter));
      const Spread our(ours.at(parameter));
      const Spread their(theirs.get<std::vector<double>>());
      EXPECT_NEAR(our.mean, their.mean, few ? 0.03 : 0.02);
      if (few) continue;  // a seed of Optuna's differs from another by up to 0.38
      EXPECT_GE(our.low, their.low - 0.03);
      EXPECT_LE(our.high, their.high + 0.03);
    }
    compared += ours.size();
  }
  EXPECT_GE(compared, 90U);
}

/// `trials` points drawn uniformly, rated by `loss` of their places in [0, 1].
struct Drawn {
  template <class Loss>
  Drawn(const std::vector<Domain>& domains, std::size_t trials, Loss loss) {
    std::vector<Parameter> parameters;
    for (std::size_t i = 0; i < domains.size(); ++i) {
      parameters.push_back({.path = {std::string(1, static_cast<char>('a' + i))}, .domain = domains[i]});
    }
    space = *Space::make(parameters);
    Rng rng = keyed_rng(11, 0, "fanova test");
    for (std::size_t i = 0; i < trials; ++i) {
      std::vector<double> places;
      Assignment& assignment = params.emplace_back();
      for (const Parameter& parameter : parameters) {
        places.push_back(uniform01(rng));
        assignment.set(parameter.name(), UnitAxis(parameter.domain).value(places.back()));
      }
      rated.push_back({.params = &assignment, .loss = loss(places)});
    }
  }

  [[nodiscard]] std::map<std::string, double> scores(std::uint64_t seed = 0) const {
    std::map<std::string, double> scores;
    const auto found = fanova(space, rated, {.seed = seed});
    EXPECT_TRUE(found) << found.error().message;
    if (found) {
      for (const auto& one : found->parameters) scores[one.name] = one.score;
    }
    return scores;
  }

  Space space;
  std::deque<Assignment> params;
  std::vector<RatedTrial> rated;
};

double weighted(const std::vector<double>& u) {
  return 2 * u[0] + u[1];
}

TEST(Fanova, FindsTheVarianceOfASum) {
  auto scores = Drawn({Float{}, Float{.a = -3, .b = 8}, Float{}}, 500, weighted).scores();
  EXPECT_NEAR(scores["a"], 0.8, 0.03);
  EXPECT_NEAR(scores["b"], 0.2, 0.03);
  EXPECT_LT(scores["c"], 0.002);
}

TEST(Fanova, LeavesWhatTwoDecideOnlyTogetherToNeither) {
  const auto alike = [](const std::vector<double>& u) { return (u[0] < 0.5) == (u[1] < 0.5) ? 0.0 : 1.0; };
  auto scores = Drawn({Float{}, Float{}}, 500, alike).scores();
  EXPECT_LT(scores["a"], 0.1);
  EXPECT_LT(scores["b"], 0.1);
}

TEST(Fanova, DependsOnTheSeedALittleAndOnNothingElse) {
  const Drawn made({Float{}, Integer{.low = 1, .high = 9}, Categorical{{"p", "q", "r"}, {}}}, 60, weighted);
  auto scores = made.scores();
  EXPECT_EQ(scores, made.scores());
  auto others = made.scores(1);
  EXPECT_NE(scores, others);
  Drawn reversed = made;
  std::reverse(reversed.rated.begin(), reversed.rated.end());
  auto backwards = reversed.scores();
  for (const auto& [name, score] : scores) {
    EXPECT_NEAR(score, others[name], 0.05) << name;
    EXPECT_NEAR(score, backwards[name], 0.05) << name;
  }
}

TEST(Fanova, DoesNotMindHowLargeTheValuesAre) {
  const Drawn made({Float{}, Float{}}, 50, weighted);
  for (const double factor : {0x1p-1000, 0x1p1020, -1.0}) {
    Drawn scaled = made;
    for (RatedTrial& trial : scaled.rated) trial.loss *= factor;
    EXPECT_EQ(scaled.scores(), made.scores()) << factor;
  }
}

TEST(Fanova, IsFoundInDomainsThatOptunaDoesNotHave) {
  for (const Domain& domain : other_domains()) {
    const Made made(domain, domain, 101);
    test::expect_x_decides(fanova(made.space, made.rated, {}), domain);
  }
}

/// 0: category 0 isn't and 69 isn't; 2: 0 isn't, 69 is; 1: 0 is. Where the number is above 0.25; else 3.
TEST(Fanova, PartsTheVarianceOfMoreCategoriesThanAWordHasBits) {
  const Tree tree = {{.feature = 1, .at = 0.25, .left = 1, .right = 2},
                     {.value = 3},
                     {.feature = 0, .at = 0, .left = 3, .right = 4},
                     {.feature = 0, .at = 69, .left = 5, .right = 6},
                     {.value = 1},
                     {.value = 0},
                     {.value = 2}};
  const auto variance = importance::variance_of(tree, {{.categories = 70}, {}});
  EXPECT_DOUBLE_EQ(variance.total, 0.25 * 9 + 0.75 * (1 / 2.0 + 4 / 4.0) - 1.5 * 1.5);
  EXPECT_DOUBLE_EQ(variance.marginal[0], 0.75 * 0.75 * 0.5);
  EXPECT_DOUBLE_EQ(variance.marginal[1], 0.25 * 9 + 0.75 * 1 - 1.5 * 1.5);
}

TEST(Fanova, LeavesOutWhatHasOneValue) {
  const Made made(Float{}, Constant{7}, 20);
  const auto importance = fanova(made.space, made.rated, {});
  ASSERT_TRUE(importance);
  EXPECT_EQ(importance->parameters.size(), 1U);
  EXPECT_EQ(importance->parameters[0].importance, 1);
  EXPECT_THAT(importance->fixed, ElementsAre("y"));
  EXPECT_THAT(importance->partial, ElementsAre());
}

TEST(Fanova, LeavesOutWhatNotAllTrialsHaveByOneDomain) {
  Made made(Float{}, Float{}, 20);
  made.params[3] = Assignment({{"x", 0.5}, {"z", 1}});
  const Domain other = Integer{.low = 0, .high = 4};
  made.rated[3].drawn = {{"z", &other}};
  const auto lacking = fanova(made.space, made.rated, {});
  ASSERT_TRUE(lacking) << lacking.error().message;
  EXPECT_EQ(lacking->parameters.size(), 1U);
  EXPECT_THAT(lacking->partial, ElementsAre("y", "z"));

  made.rated[4].drawn = {{"x", &other}};
  const auto neither = fanova(made.space, made.rated, {});
  ASSERT_FALSE(neither);
  EXPECT_THAT(neither.error().message, HasSubstr("that some lack, or have by another domain: x, y, z"));
}

std::string refusal(const Made& made, const FanovaOptions& options = {}) {
  const auto importance = fanova(made.space, made.rated, options);
  return importance ? "" : importance.error().message;
}

TEST(Fanova, SaysWhyItCannotTell) {
  EXPECT_THAT(refusal(Made(Float{}, Float{}, 1)), HasSubstr("at least 2 completed trials"));
  EXPECT_THAT(refusal(Made(Constant{1}, Constant{7}, 20)), HasSubstr("no parameter has more than one value"));
  const Made made(Float{}, Float{}, 20);
  EXPECT_THAT(refusal(made, {.n_trees = 0}), HasSubstr("n_trees: must be at least 1, got 0"));
  EXPECT_THAT(refusal(made, {.max_depth = -1}), HasSubstr("max_depth: must be at least 1, got -1"));
  Made equal(Float{}, Float{}, 20);
  for (RatedTrial& trial : equal.rated) trial.loss = 1;
  EXPECT_THAT(refusal(equal), HasSubstr("no parameter makes a difference"));
}

TEST(Fanova, GrowsNoDeeperThanItMay) {
  const Drawn made({Float{}, Float{}}, 200, weighted);
  const auto stump = fanova(made.space, made.rated, {.max_depth = 1});
  ASSERT_TRUE(stump);
  EXPECT_EQ(stump->parameters[0].score + stump->parameters[1].score, 1);
}

}  // namespace
}  // namespace winnow::fanova_test

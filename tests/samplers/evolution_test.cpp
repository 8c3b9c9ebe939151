/// The parts of the evolutions against what Optuna decided (tests/data/nsga).
#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numeric>
#include <winnow/samplers/evolution/crossover.hpp>
#include <winnow/samplers/evolution/mutation.hpp>
#include <winnow/samplers/evolution/selection.hpp>

#include "support.hpp"

namespace winnow::testing::evolution_test {
namespace {

using namespace evolution;

Value recorded(const std::string& name) {
  std::ifstream file(WINNOW_SOURCE_DIR "/tests/data/nsga/" + name + ".json");
  return Value::parse(file);
}

double number(const Value& value) {
  return value.is_string() ? (value == "Infinity" ? 1 : -1) * std::numeric_limits<double>::infinity()
                           : value.get<double>();
}

std::vector<double> numbers(const Value& list) {
  std::vector<double> all;
  for (const Value& one : list) all.push_back(number(one));
  return all;
}

std::vector<Fitness> pool_of(const Value& vector) {
  std::vector<Fitness> pool;
  for (const Value& one : vector.at("pool")) pool.push_back({numbers(one[0]), one[1].get<double>()});
  return pool;
}

/// Gives what was recorded; shuffles change nothing.
class Recorded final : public Chance {
public:
  Recorded(std::vector<double> uniforms, std::vector<double> normals)
      : uniforms_(std::move(uniforms)), normals_(std::move(normals)) {}
  double uniform() override { return uniforms_.at(next_uniform_++); }
  double normal() override { return normals_.at(next_normal_++); }
  std::size_t below(std::size_t n) override { return n - 1; }
  [[nodiscard]] bool is_used_up() const { return next_uniform_ == uniforms_.size() && next_normal_ == normals_.size(); }

private:
  std::vector<double> uniforms_;
  std::vector<double> normals_;
  std::size_t next_uniform_ = 0;
  std::size_t next_normal_ = 0;
};

TEST(NonDominatedRanks, AreOptunas) {
  const Value pools = recorded("selection").at("pools");
  ASSERT_EQ(pools.size(), 120U);
  for (const Value& vector : pools) {
    std::vector<Losses> losses;
    std::vector<double> penalties;
    for (const Fitness& one : pool_of(vector)) {
      losses.push_back(one.losses);
      penalties.push_back(one.penalty);
    }
    EXPECT_EQ(non_domination_ranks(losses, penalties), vector.at("ranks").get<std::vector<int>>());
  }
}

TEST(NonDominatedRanks, OfNone) {
  EXPECT_TRUE(non_domination_ranks({}).empty());
}

TEST(CrowdingDistances, AreOptunas) {
  const Value pools = recorded("selection").at("pools");
  ASSERT_FALSE(pools.empty());
  for (const Value& vector : pools) {
    const auto pool = pool_of(vector);
    std::vector<Losses> front;
    for (const Value& i : vector.at("first")) front.push_back(pool[i.get<std::size_t>()].losses);
    const auto distances = crowding_distances(front);
    const auto expected = numbers(vector.at("distances"));
    ASSERT_EQ(distances.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (std::isfinite(expected[i])) {
        EXPECT_NEAR(distances[i], expected[i], 1e-14);
      } else {
        EXPECT_EQ(distances[i], expected[i]);
      }
    }
  }
}

TEST(SelectionByCrowding, IsOptunas) {
  const Value pools = recorded("selection").at("pools");
  ASSERT_FALSE(pools.empty());
  for (const Value& vector : pools) {
    EXPECT_EQ(select_by_crowding(pool_of(vector), vector.at("size").get<std::size_t>()),
              vector.at("crowded").get<std::vector<std::size_t>>());
  }
}

TEST(SelectionByNiches, IsOptunas) {
  const Value pools = recorded("selection").at("pools");
  ASSERT_FALSE(pools.empty());
  for (const Value& vector : pools) {
    const auto pool = pool_of(vector);
    Recorded chance({}, {});
    EXPECT_EQ(select_by_niches(pool, vector.at("size").get<std::size_t>(), reference_points(pool[0].losses.size(), 3),
                               chance),
              vector.at("niched").get<std::vector<std::size_t>>())
        << vector;
  }
}

TEST(Selections, GiveAllWhereThereAreTooFew) {
  const std::vector<Fitness> pool{{{1, 2}}, {{2, 1}}, {{3, 3}}};
  EXPECT_THAT(select_by_crowding(pool, 5), ::testing::UnorderedElementsAre(0, 1, 2));
  Recorded chance({}, {});
  EXPECT_THAT(select_by_niches(pool, 5, reference_points(2, 3), chance), ::testing::UnorderedElementsAre(0, 1, 2));
}

TEST(ReferencePoints, AreAllThatSumUp) {
  EXPECT_EQ(reference_points(3, 3).size(), 10U);
  EXPECT_EQ(reference_points(3, 1), (std::vector<Losses>{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}));
}

TEST(Beats, IsConstrainedDomination) {
  EXPECT_TRUE(beats({{1, 1}}, {{1, 2}}));
  EXPECT_FALSE(beats({{1, 1}}, {{1, 1}}));
  EXPECT_FALSE(beats({{0, 3}}, {{1, 2}}));
  EXPECT_TRUE(beats({{9, 9}, 0}, {{1, 1}, 0.1}));
  EXPECT_TRUE(beats({{9, 9}, 0.1}, {{1, 1}, 0.2}));
  EXPECT_FALSE(beats({{1, 1}, 0.1}, {{9, 9}, 0.1}));
}

TEST(Crossovers, GiveOptunasChildren) {
  std::map<std::string, int> seen;
  const Value crossovers = recorded("crossover").at("crossovers");
  ASSERT_FALSE(crossovers.empty());
  for (const Value& vector : crossovers) {
    Value option = vector.at("options");
    option["type"] = vector.at("type");
    const double swapping_prob = option.value("swapping_prob", 0.5);
    option.erase("swapping_prob");
    auto crossover = crossover_from(&option);
    ASSERT_TRUE(crossover) << crossover.error().message;
    crossover->swapping_prob = swapping_prob;
    Recorded chance(numbers(vector.at("uniforms")), numbers(vector.at("normals")));
    const auto child = cross(*crossover, vector.at("parents").get<std::vector<Point>>(),
                             vector.at("several_objectives").get<bool>(), chance);
    EXPECT_THAT(child, ::testing::Pointwise(::testing::DoubleNear(1e-12), numbers(vector.at("child")))) << vector;
    EXPECT_TRUE(chance.is_used_up()) << vector;
    ++seen[vector.at("type")];
  }
  EXPECT_EQ(seen.size(), 6U);
}

TEST(PolynomialMutation, GivesOptunasGenes) {
  const Value mutations = recorded("crossover").at("mutations");
  ASSERT_FALSE(mutations.empty());
  for (const Value& vector : mutations) {
    EXPECT_NEAR(polynomial_mutation(vector.at("gene").get<double>(), vector.at("eta").get<double>(),
                                    vector.at("uniform").get<double>()),
                vector.at("mutated").get<double>(), 1e-14);
  }
}

}  // namespace
}  // namespace winnow::testing::evolution_test

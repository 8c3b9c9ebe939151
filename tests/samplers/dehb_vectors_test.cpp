/// What DEHB's package did, job by job (tests/data/dehb/make_vectors.py says how it was asked).
#include <fstream>
#include <string>
#include <vector>

#include <winnow/core/halving_plan.hpp>
#include <winnow/samplers/dehb/populations.hpp>

#include "support.hpp"

namespace winnow::testing::dehb_vectors_test {
namespace {

using dehb::Point;
using dehb::Populations;

std::vector<dehb::Population> populations_of(const Value& levels) {
  std::vector<dehb::Population> populations;
  for (const Value& points : levels) {
    dehb::Population& population = populations.emplace_back();
    for (const Value& point : points) population.push_back({point.get<Point>()});
  }
  return populations;
}

/// Where its trials come from: promoted ones, or the pool that its mutants are of. (The package's first trials are
/// mutants of random points, ours are those points.)
void expect_source(const Populations& populations, const HalvingPlan& plan, const HalvingPlan::Place& place,
                   const std::vector<Point>& rung, const Value& job) {
  if (place.bracket < plan.kinds() && place.rung > 0) {
    EXPECT_EQ(populations.to_promote(place.level, rung), job.at("point").get<Point>());
  } else if (place.bracket > 0) {
    auto pool = job.at("pool").get<std::vector<Point>>();
    if (job.at("fillers").get<int>() > 0) pool.resize(place.size);
    EXPECT_EQ(populations.best(place.rung == 0 ? place.level : place.level - 1, place.size), pool);
  }
}

TEST(DehbVectors, PlacesPromotionsPoolsAndPopulationsAreThePackages) {
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/dehb/vectors.json");
  ASSERT_TRUE(file);
  const Value vectors = Value::parse(file);
  ASSERT_EQ(vectors.at("runs").size(), 3U);
  for (const Value& run : vectors.at("runs")) {
    const auto plan = HalvingPlan::make({.max_t = run.at("max").get<double>(),
                                         .min_t = run.at("min").get<double>(),
                                         .reduction_factor = run.at("eta").get<double>()})
                          .value();
    Populations populations(populations_of(run.at("start")));
    std::vector<Point> rung;
    TrialId trial = 0;
    for (const Value& job : run.at("jobs")) {
      SCOPED_TRACE("trial " + std::to_string(trial) + " of " + std::to_string(plan.kinds()) + " budgets");
      const auto place = plan.place(trial++);
      ASSERT_EQ(place.bracket, job.at("bracket").get<std::size_t>());
      ASSERT_EQ(plan.budgets()[place.level], job.at("budget").get<double>());
      ASSERT_EQ(place.member, job.at("member").get<std::size_t>());
      if (place.index == 0) rung.clear();
      expect_source(populations, plan, place, rung, job);
      rung.push_back(job.at("point").get<Point>());
      populations.challenge(place.level, place.member, rung.back(), job.at("loss").get<double>());
    }
    for (std::size_t level = 0; level < plan.kinds(); ++level) {
      for (std::size_t i = 0; i < plan.population(level); ++i) {
        EXPECT_EQ(populations.member(level, i).point, run.at("end")[level][i].get<Point>());
      }
    }
  }
}

}  // namespace
}  // namespace winnow::testing::dehb_vectors_test

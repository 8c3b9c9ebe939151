// SigOpt's linear constraints: every suggestion of random search meets them, and they are spread over what is left as
// SigOpt's open engine spreads its own (tests/data/dialects/vectors/make_sigopt.py).
#include <gtest/gtest.h>

#include <winnow/samplers/registry.hpp>
#include <winnow/space/dialects/sigopt.hpp>

#include "../space/conformance.hpp"

namespace winnow::sigopt_constraints_test {
namespace {

using namespace testing_laws;

Space space_of(const std::string& text) {
  const auto document = parse_document(text, "experiment");
  Diagnostics diagnostics("experiment");
  Space space = sigopt::read_space(document->root, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  return space;
}

std::map<std::string, std::vector<double>> suggestions(const Space& space, int n) {
  auto sampler = make_sampler("random", {.space = space, .seed = 5});
  EXPECT_TRUE(sampler) << sampler.error().message;
  std::map<std::string, std::vector<double>> values;
  for (TrialId trial = 0; trial < n; ++trial) {
    const auto point = (*sampler)->propose(trial);
    EXPECT_TRUE(point && space.feasible(*point)) << trial;
    for (const auto& [name, value] : point->entries()) values[name].push_back(value.get<double>());
  }
  for (auto& [name, list] : values) std::sort(list.begin(), list.end());
  return values;
}

TEST(SigoptLinearConstraints, LeaveThePlaneEvenlyCovered) {
  const Value recorded = vectors("sigopt.json")[2];
  const auto values = suggestions(space_of(recorded["experiment"].dump()), kDraws);
  // Its points come from a walk, and hang together: their quantiles are a little off.
  for (const std::string name : {"a", "b"}) {
    expect_quantiles(values.at(name), recorded["drawn"][name]["quantiles"], kDraws, 0.01);
  }
  // b <= 1.5 - a and b <= a + 0.5: a's density is the height of that.
  const auto half = [](double a) { return (a * a / 2 + a / 2) / 0.75; };
  const auto cdf = [&](double a) { return a <= 0.5 ? half(a) : 1 - half(1 - a); };
  EXPECT_LT(ks_distance(values.at("a"), cdf), ks_limit(kDraws));
}

TEST(SigoptLinearConstraints, HoldForIntegersTheEdgeIncluded) {
  const Space space = space_of(
      "parameters:\n"
      "  - {name: layers, type: int, bounds: {min: 1, max: 8}}\n"
      "  - {name: heads, type: int, bounds: {min: 1, max: 8}}\n"
      "linear_constraints:\n"
      "  - {type: less_than, threshold: 10, terms: [{name: layers, weight: 1}, {name: heads, weight: 1}]}\n"
      "  - {type: greater_than, threshold: 0, terms: [{name: layers, weight: 2}, {name: heads, weight: -1}]}\n");
  const auto values = suggestions(space, kDraws);
  std::map<double, int> layers;
  for (const double x : values.at("layers")) ++layers[x];
  std::map<double, double> points;
  double all = 0;
  for (int l = 1; l <= 8; ++l) {
    for (int h = 1; h <= 8; ++h) {
      if (l + h > 10 || 2 * l - h < 0) continue;
      ++points[l];
      ++all;
    }
  }
  for (auto& [l, p] : points) p /= all;
  EXPECT_LT(chi_square_score(layers, points, kDraws), kScoreLimit);
}

}  // namespace
}  // namespace winnow::sigopt_constraints_test

// Every kind of SigOpt parameter: 10⁵ draws against the closed form, and against what SigOpt's open engine drew
// (tests/data/dialects/vectors/make_sigopt.py). Linear constraints: tests/samplers/sigopt_constraints_test.cpp.
#include <gtest/gtest.h>

#include <numbers>
#include <set>
#include <winnow/space/dialects/sigopt.hpp>

#include "conformance.hpp"

namespace winnow::sigopt::sigopt_conformance_test {
namespace {

using namespace testing_laws;

Space space_of(const Value& experiment) {
  const auto document = parse_document(experiment.dump(), "vectors.json");
  Diagnostics diagnostics("vectors.json");
  Space space = read_space(document->root, diagnostics);
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.first_error().message;
  return space;
}

enum Experiment { plain, priors, constrained, conditional };

const Value& experiment(Experiment which) {
  static const Value all = vectors("sigopt.json");
  return all[which];
}

std::vector<Value> drawn(Experiment which, const std::string& name) {
  const Space space = space_of(experiment(which)["experiment"]);
  const Parameter* parameter = space.find(name);
  EXPECT_NE(parameter, nullptr);
  return draws(parameter->domain, name);
}

// --- against SigOpt's own draws

class SigoptDraws : public testing::TestWithParam<std::pair<Experiment, std::string>> {};

TEST_P(SigoptDraws, AreAsThoseOfItsEngine) {
  const auto& [which, name] = GetParam();
  const Value& theirs = experiment(which)["drawn"][name];
  const auto values = drawn(which, name);
  if (theirs.contains("counts")) {
    expect_counts(values, theirs["counts"]);
  } else {
    expect_quantiles(numbers(values), theirs["quantiles"], theirs["n"].get<double>());
  }
}

std::vector<std::pair<Experiment, std::string>> names() {
  std::vector<std::pair<Experiment, std::string>> all;
  for (const Experiment which : {plain, priors}) {
    for (const Value& parameter : experiment(which)["experiment"]["parameters"]) {
      all.emplace_back(which, parameter["name"].get<std::string>());
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Each, SigoptDraws, testing::ValuesIn(names()),
                         [](const auto& instance) { return instance.param.second; });

TEST(SigoptConditions, LeaveParametersOutAsItsEngineDoes) {
  const Value& recorded = experiment(conditional);
  const Space space = space_of(recorded["experiment"]);
  std::map<std::string, std::vector<Value>> values;
  for (TrialId trial = 0; trial < kDraws; ++trial) {
    Assignment assignment;
    for (const Parameter& parameter : space.parameters()) {
      if (!space.present(parameter, assignment)) continue;
      Rng rng = keyed_rng(3, trial, parameter.name());
      assignment.set(parameter.name(), draw(parameter.domain, rng));
    }
    for (const auto& [name, value] : assignment.entries()) values[name].push_back(value);
    const bool adam = *assignment.find("optimizer") == "adam";
    ASSERT_EQ(assignment.find("beta1") != nullptr, adam);
    ASSERT_EQ(assignment.find("momentum") != nullptr, !adam);
  }
  expect_counts(values["optimizer"], recorded["drawn"]["optimizer"]["counts"]);
  for (const std::string name : {"momentum", "beta1"}) {
    const auto n = recorded["drawn"][name]["n"].get<double>();
    EXPECT_NEAR(static_cast<double>(values[name].size()), n, 5 * std::sqrt(2 * n));
    expect_quantiles(numbers(values[name]), recorded["drawn"][name]["quantiles"], n);
  }
}

// --- against the closed form

void expect_law(Experiment which, const std::string& name, double low, double high, const Cdf& cdf) {
  const auto values = drawn(which, name);
  for (const Value& value : values) ASSERT_TRUE(value.is_number_float()) << value.dump();
  const auto sorted = numbers(values);
  EXPECT_GE(sorted.front(), low);
  EXPECT_LE(sorted.back(), high);
  EXPECT_LT(ks_distance(sorted, cdf), ks_limit(sorted.size())) << name;
}

double truncated(double x, double mu, double sigma, double low, double high) {
  const double below = normal_cdf(low, mu, sigma);
  return (normal_cdf(x, mu, sigma) - below) / (normal_cdf(high, mu, sigma) - below);
}

TEST(SigoptLaw, UniformDouble) {
  expect_law(plain, "uniform", -1, 3, [](double x) { return (x + 1) / 4; });
}

TEST(SigoptLaw, LogDouble) {
  expect_law(plain, "log", 1e-6, 1e-4, [](double x) { return std::log(x / 1e-6) / std::log(100); });
}

TEST(SigoptLaw, NormalPriorIsCutOffAtTheBounds) {
  expect_law(priors, "normal", -2, 3, [](double x) { return truncated(x, 0.5, 1.25, -2, 3); });
  expect_law(priors, "normal_edge", 0, 10, [](double x) { return truncated(x, 0, 3, 0, 10); });
  expect_law(priors, "normal_narrow", 0, 1, [](double x) { return truncated(x, 1, 20, 0, 1); });
}

TEST(SigoptLaw, BetaPriorIsStretchedToTheBounds) {
  expect_law(priors, "beta", 0, 1, [](double x) { return beta_cdf(x, 2, 5.5); });
  expect_law(priors, "beta_edges", -6, -5, [](double x) {
    return 2 / std::numbers::pi * std::asin(std::sqrt(std::clamp(x + 6, 0.0, 1.0)));  // the arcsine law
  });
}

TEST(SigoptLaw, IntegersHaveBothEnds) {
  Value expected;
  for (int i = -2; i <= 6; ++i) expected.push_back({i, 1 / 9.0});
  expect_probabilities(drawn(plain, "int"), expected);
}

TEST(SigoptLaw, GridsAreEquallyLikelyAndOfTheDeclaredType) {
  expect_probabilities(drawn(plain, "int_grid"), Value::parse("[[16, 0.33333], [64, 0.33333], [256, 0.33334]]"));
  expect_probabilities(drawn(plain, "double_grid"),
                       Value::parse("[[3.0, 0.25], [0.0, 0.25], [0.5, 0.25], [7.25, 0.25]]"));
  expect_probabilities(drawn(plain, "log_grid"), Value::parse("[[0.0001, 0.33333], [0.001, 0.33333], [0.1, 0.33334]]"));
}

TEST(SigoptLaw, CategoriesAreEquallyLikelyTexts) {
  expect_probabilities(drawn(plain, "categorical"),
                       Value::parse(R"([["adam", 0.33333], ["rmsprop", 0.33333], ["sgd", 0.33334]])"));
}

}  // namespace
}  // namespace winnow::sigopt::sigopt_conformance_test

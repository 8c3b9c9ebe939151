/// Histories for evaluators of importance.
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <deque>
#include <fstream>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/space/space.hpp>
#include <winnow/space/unit_axis.hpp>
#include <winnow/sweep/parameter_importance.hpp>

namespace winnow::test {

/// A file of tests/data/importance.
inline Value recorded(const std::string& name) {
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/importance/" + name);
  return Value::parse(file);
}

inline Domain domain_of(const Value& p) {
  if (p.at("kind") == "categorical") return Categorical{p.at("choices").get<std::vector<Value>>(), {}};
  const bool log = p.value("log", false);
  if (p.at("kind") == "int") {
    return Integer{.low = p.at("low"), .high = p.at("high"), .step = p.value("step", 1), .log = log};
  }
  Float domain{.law = log ? Law::log_uniform : Law::uniform, .a = p.at("low"), .b = p.at("high")};
  if (p.contains("step")) domain.step = p.at("step").get<double>();
  return domain;
}

/// One of tests/data/importance, with what its rated trials point to.
struct RatedHistory {
  explicit RatedHistory(const Value& vector) {
    std::vector<Parameter> parameters;
    for (const Value& p : vector.at("space")) {
      parameters.push_back({.path = {p.at("name")}, .domain = domain_of(p)});
      if (p.contains("if")) parameters.back().conditions = {Condition{p.at("if").at(0), {p.at("if").at(1)}}};
    }
    space = *Space::make(std::move(parameters));
    const double sign = vector.at("goal") == "maximize" ? -1 : 1;
    for (const Value& trial : vector.at("trials")) {
      Assignment& assignment = params.emplace_back();
      for (const auto& [name, value] : trial.at("params").items()) assignment.set(name, value);
      rated.push_back({.params = &assignment, .loss = sign * trial.at("value").get<double>()});
      for (const Value& p : trial.value("domains", Value::array())) {
        const std::string& name = names.emplace_back(p.at("name").get<std::string>());
        rated.back().drawn.push_back({name, &domains.emplace_back(domain_of(p))});
      }
    }
  }

  Space space;
  std::deque<Assignment> params;
  std::deque<std::string> names;
  std::deque<Domain> domains;
  std::vector<RatedTrial> rated;
};

/// x decides, y doesn't.
struct Made {
  Made(const Domain& x, const Domain& y, std::size_t trials) {
    space = *Space::make({{.path = {"x"}, .domain = x}, {.path = {"y"}, .domain = y}});
    const UnitAxis along_x(x);
    const UnitAxis along_y(y);
    for (std::size_t i = 0; i < trials; ++i) {
      const double u = static_cast<double>(i * 37 % trials) / static_cast<double>(trials);
      const double v = static_cast<double>(i * 61 % trials) / static_cast<double>(trials);
      params.push_back(Assignment({{"x", along_x.value(u)}, {"y", along_y.value(v)}}));
      rated.push_back({.params = &params.back(), .loss = u});
    }
  }
  Space space;
  std::deque<Assignment> params;
  std::vector<RatedTrial> rated;
};

/// What an evaluator is to find of Made.
inline void expect_x_decides(const Result<Importance>& importance, const Domain& domain) {
  SCOPED_TRACE(domain_json(domain).dump());
  ASSERT_TRUE(importance) << importance.error().message;
  EXPECT_EQ(importance->parameters.at(0).name, "x");
  EXPECT_GT(importance->parameters.at(0).importance, 0.85);
  EXPECT_NEAR(importance->parameters[0].importance + importance->parameters[1].importance, 1, 1e-12);
}

/// Domains that Optuna doesn't have.
inline std::vector<Domain> other_domains() {
  return {
      Float{.law = Law::normal, .a = 2, .b = 3},
      Float{.law = Law::log_normal},
      Float{.law = Law::beta, .a = 2, .b = 5},
      Float{.law = Law::log_uniform, .a = 1e-4, .b = 1, .q = 0.01},
      Float{.law = Law::inv_log_uniform, .a = 1e-4, .b = 1},
      Float{.law = Law::uniform, .a = 0, .b = 10, .q = 0.5},
      Integer{.low = 3, .high = 300, .step = 4, .log = true},
      Categorical{{"a", 1, 2.5, nullptr}, {4, 3, 2, 1}},
  };
}

}  // namespace winnow::test

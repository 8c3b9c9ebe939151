/// What the sampler tests share: spaces in a line or two.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <winnow/samplers/registry.hpp>

namespace winnow::testing {

inline Space make_space(std::vector<Parameter> parameters) {
  auto space = Space::make(std::move(parameters));
  EXPECT_TRUE(space) << space.error().message;
  return std::move(space.value());
}

inline Parameter parameter(std::string name, Domain domain) {
  return {.path = {std::move(name)}, .domain = std::move(domain), .conditions = {}, .grid = false};
}

inline Parameter choice(std::string name, std::vector<Value> values) {
  return parameter(std::move(name), Categorical{std::move(values), {}});
}

inline Float range(double low, double high, std::optional<double> q = {}, std::optional<double> step = {}) {
  return {.law = Law::uniform, .a = low, .b = high, .q = q, .step = step, .integral = false};
}

inline Parameter real(std::string name, double low = 0, double high = 1) {
  return parameter(std::move(name), range(low, high));
}

inline Parameter marked(Parameter parameter) {
  parameter.grid = true;
  return parameter;
}

inline Parameter only_if(Parameter parameter, std::string parent, std::vector<Value> values) {
  parameter.conditions = {Condition{std::move(parent), std::move(values)}};
  return parameter;
}

/// With what a sweep of this method has besides.
inline SamplerOptions for_method(std::string_view method, SamplerOptions options) {
  if (method == "dehb" && !options.plan) options.plan = HalvingPlan::make({.max_t = 9}).value();
  return options;
}

inline std::unique_ptr<Sampler> make_or_fail(std::string_view method, SamplerOptions options) {
  auto made = make_sampler(method, for_method(method, std::move(options)));
  EXPECT_TRUE(made) << made.error().message;
  return std::move(made.value());
}

/// The trials from 0 on, until there is nothing left or `limit` is reached.
inline std::vector<Assignment> proposals(Sampler& sampler, TrialId limit) {
  std::vector<Assignment> all;
  for (TrialId trial = 0; trial < limit; ++trial) {
    auto proposed = sampler.propose(trial);
    if (!proposed) break;
    all.push_back(std::move(*proposed));
  }
  return all;
}

/// One line for each: the values alone, as JSON.
inline std::vector<std::string> rows(const std::vector<Assignment>& assignments) {
  std::vector<std::string> lines;
  for (const Assignment& assignment : assignments) lines.push_back(assignment.to_json().dump());
  return lines;
}

inline std::string refusal(std::string_view method, SamplerOptions options) {
  const auto made = make_sampler(method, for_method(method, std::move(options)));
  if (made) return "";
  EXPECT_EQ(made.error().code, errc::invalid_option);
  return made.error().message;
}

}  // namespace winnow::testing

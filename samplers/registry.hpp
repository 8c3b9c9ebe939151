/// Samplers by name. A new one is a file pair, a line in registry.cpp, its test and its page.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/goal.hpp>
#include <winnow/core/halving_plan.hpp>
#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/samplers/prior_trial.hpp>
#include <winnow/samplers/sampler.hpp>

namespace winnow {

struct SamplerOptions {
  Space space{};
  std::uint64_t seed = 0;
  std::vector<Goal> goals{Goal::minimize};  ///< of the objectives, in the sweep's order
  std::size_t judged = 0;                   ///< which of them reports are of
  Value options = Value::object();          ///< the sweep file's `sampler` without `type`
  std::vector<Assignment> start_with{};     ///< points of the first trials; names that they lack are drawn
  SpaceFunctions functions{};               ///< of computed parameters
  Assignment fixed{};                       ///< parameters that keep one value (fixed.hpp)
  std::optional<bool> repeats{};    ///< whether a point may come twice; none: unless the sampler learns (distinct.hpp)
  int repeat = 1;                   ///< how often each point is tried (repeat.hpp), >= 1
  std::vector<PriorTrial> prior{};  ///< trials of earlier sweeps, for those that learn
  std::optional<HalvingPlan> plan{};  ///< by which the scheduler gives each trial its budget, if it does
  int num_samples = 1;                ///< how often a grid is gone through (Ray's multiplication)
};

/// Fails with `invalid_option`: an unknown name (the message lists the known ones), or options that it refuses
/// (messages name the key; an unknown key is an error that suggests the nearest).
Result<std::unique_ptr<Sampler>> make_sampler(std::string_view method, SamplerOptions options);

/// What a method learns from, if it learns: what trials came to, and whether they are within the constraints.
enum class LearnsFrom { nothing, objectives, constraints };
LearnsFrom learns_from(std::string_view method);

std::vector<std::string> sampler_names();
bool is_sampler(std::string_view method);

/// Options that make one of the name, in each of its variants: the conformance suite holds each of them to what every
/// sampler keeps. Empty for an unknown name.
std::vector<Value> sampler_examples(std::string_view method);

/// How many trials the method will suggest in all; nullopt: without end (or, for 2^63 and more, without hope of one).
std::optional<std::int64_t> sampler_total(std::string_view method, const SamplerOptions& options);

}  // namespace winnow

/// What the scheduler tests share: building one from its options, and playing reports to it.
#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/registry.hpp>

namespace winnow::testing {

inline Asha make_asha(Asha::Options options, Goal goal, std::uint64_t seed = 0) {
  auto asha = Asha::make(options, {.goal = goal, .seed = seed});
  EXPECT_TRUE(asha) << asha.error().message;
  return std::move(asha.value());
}

inline std::unique_ptr<Scheduler> make_or_fail(std::string_view type, const Value& options, SchedulerContext context) {
  auto made = make_scheduler(type, options, context);
  EXPECT_TRUE(made) << made.error().message;
  return std::move(made.value());
}

/// The live way: decide, then record the decision.
inline Decision decide(Scheduler& scheduler, const Judged& report) {
  const Decision decision = scheduler.judge(report);
  scheduler.record(report, decision);
  return decision;
}

inline Verdict report(Scheduler& scheduler, const Judged& judged) {
  return decide(scheduler, judged).verdict;
}

/// What a peer decided, as it was recorded: `recorded("pbt/vectors")` is tests/data/pbt/vectors.json.
inline Value recorded(const std::string& name) {
  std::ifstream file(std::string(WINNOW_SOURCE_DIR) + "/tests/data/" + name + ".json");
  EXPECT_TRUE(file) << name;
  return Value::parse(file);
}

inline Goal goal_of(const Value& vector) {
  return vector.at("goal") == "maximize" ? Goal::maximize : Goal::minimize;
}

}  // namespace winnow::testing

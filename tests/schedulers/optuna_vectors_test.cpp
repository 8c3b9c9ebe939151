/// Replays histories that Optuna's own pruners have judged (tests/data/optuna_pruners/make_vectors.py made them).

#include "support.hpp"

namespace winnow::testing::optuna_vectors_test {
namespace {

Value cases_of(const std::string& pruner) {
  return recorded("optuna_pruners/" + pruner).at("cases");
}

struct Outcome {
  int stops = 0;        ///< Optuna's
  int differences = 0;  ///< reports judged otherwise
};

Outcome replay(const std::string& pruner, const Value& vector) {
  const Goal goal = goal_of(vector);
  const auto scheduler = make_or_fail("optuna_" + pruner, vector.at("options"),
                                      {.goal = goal, .sweep = vector.at("sweep").get<std::string>()});
  Outcome outcome;
  for (const Value& event : vector.at("events")) {
    const auto trial = event[0].get<TrialId>();
    if (event[1].is_string()) {
      scheduler->ended(trial, event[1] == "c" ? TrialState::completed : TrialState::failed);
      continue;
    }
    const auto step = event[1].get<Step>();
    const bool prunes = event.size() == 4;
    const Judged judged{trial, static_cast<double>(step), number_from_json(event[2]).value(), step};
    const Decision decision = decide(*scheduler, judged);
    EXPECT_EQ(decision.why.empty(), decision.verdict == Verdict::go_on);
    outcome.stops += prunes ? 1 : 0;
    outcome.differences += (decision.verdict == Verdict::stop) == prunes ? 0 : 1;
    if (prunes) scheduler->ended(trial, TrialState::stopped);
  }
  return outcome;
}

class AsOptuna : public ::testing::TestWithParam<const char*> {};

TEST_P(AsOptuna, JudgesEveryReport) {
  const Value cases = cases_of(GetParam());
  EXPECT_GE(cases.size(), 200U);
  int stops = 0;
  for (const Value& vector : cases) {
    const Outcome outcome = replay(GetParam(), vector);
    EXPECT_EQ(outcome.differences, 0) << vector.at("sweep") << " " << vector.at("options");
    stops += outcome.stops;
  }
  EXPECT_GE(stops, 100);
}

INSTANTIATE_TEST_SUITE_P(Pruners, AsOptuna,
                         ::testing::Values("median", "percentile", "threshold", "successive_halving", "hyperband",
                                           "patient", "wilcoxon"),
                         [](const auto& pruner) { return pruner.param; });

}  // namespace
}  // namespace winnow::testing::optuna_vectors_test

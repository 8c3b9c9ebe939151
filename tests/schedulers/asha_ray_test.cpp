/// Replays histories that Ray Tune's own scheduler has judged (tests/data/asha/make_vectors.py made them).

#include "support.hpp"

namespace winnow::testing::asha_ray_test {
namespace {

Value cases_of(const std::string& name) {
  return recorded("asha/" + name).at("cases");
}

std::unique_ptr<Scheduler> scheduler_of(const Value& vector, bool compat) {
  Value options = vector.at("options");
  if (compat) options["compat"] = "ray";
  const Goal goal = goal_of(vector);
  return make_or_fail("asha", options, {.goal = goal});
}

/// The number of reports judged otherwise than field `expected` of the events says.
int differences(Scheduler& scheduler, const Value& vector, std::size_t expected) {
  int count = 0;
  for (const Value& event : vector.at("events")) {
    const auto trial = event[0].get<TrialId>();
    if (event[1] == "done") {
      scheduler.ended(trial, TrialState::completed);
    } else if (event[1] == "failed") {
      scheduler.ended(trial, TrialState::failed);
    } else {
      const Judged judged{trial, event[1].get<double>(), number_from_json(event[2]).value()};
      const Verdict verdict = report(scheduler, judged);
      if (verdict == Verdict::stop) scheduler.ended(trial, TrialState::completed);
      count += to_string(verdict) == event.at(expected).get<std::string>() ? 0 : 1;
    }
  }
  return count;
}

constexpr std::size_t kRaysVerdict = 3;
constexpr std::size_t kOurVerdict = 4;

TEST(AshaAsRay, JudgesEveryVectorAsRayDid) {
  for (const char* file : {"agreeing", "differing", "ray_only"}) {
    for (const Value& vector : cases_of(file)) {
      EXPECT_EQ(differences(*scheduler_of(vector, true), vector, kRaysVerdict), 0) << file << " " << vector["name"];
    }
  }
}

TEST(AshaAsRay, TheLastResultOfAStoppedTrialCountsWithItsVerdict) {
  auto asha =
      make_or_fail("asha", {{"max_t", 16}, {"reduction_factor", 2}, {"compat", "ray"}}, {.goal = Goal::maximize});
  report(*asha, {.trial = 0, .resource = 16, .value = 0.9});
  // Nobody has said yet that the trial ended. Its last result went to Ray's rung at 16 = 2^4.
  EXPECT_EQ(asha->judge({.trial = 1, .resource = 8, .value = 0.5}).verdict, Verdict::go_on);
  // Below 15 the highest rung is 8.
  auto shorter =
      make_or_fail("asha", {{"max_t", 15}, {"reduction_factor", 2}, {"compat", "ray"}}, {.goal = Goal::maximize});
  report(*shorter, {.trial = 0, .resource = 15, .value = 0.9});
  EXPECT_EQ(shorter->judge({.trial = 1, .resource = 8, .value = 0.5}).verdict, Verdict::stop);
  EXPECT_EQ(shorter->judge({.trial = 1, .resource = 4, .value = 0.5}).verdict, Verdict::go_on);
}

TEST(AshaAsRay, TheDefaultRuleAgreesWhereNothingIsSkippedAndAllIsFinite) {
  for (const Value& vector : cases_of("agreeing")) {
    EXPECT_EQ(differences(*scheduler_of(vector, false), vector, kRaysVerdict), 0) << vector["name"];
  }
}

TEST(AshaAsRay, TheDefaultRuleDiffersWhereItIsSaidToAndAsItIsSaidTo) {
  for (const Value& vector : cases_of("differing")) {
    EXPECT_EQ(differences(*scheduler_of(vector, false), vector, kOurVerdict), 0) << vector["name"];
  }
}

}  // namespace
}  // namespace winnow::testing::asha_ray_test

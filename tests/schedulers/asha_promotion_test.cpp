/// The promotion form: the paper's rule, its corners, and what Syne Tune decided (tests/data/asha/promotion.json).
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <winnow/core/random.hpp>
#include <winnow/schedulers/asha_promotion.hpp>

#include "support.hpp"

namespace winnow::testing::asha_promotion_test {
namespace {

AshaPromotion make_promotion(AshaOptions options, Goal goal = Goal::maximize) {
  auto made = AshaPromotion::make(options, {.goal = goal, .seed = 1});
  EXPECT_TRUE(made.has_value());
  return std::move(*made);
}

const AshaOptions kThirds{.max_t = 27, .grace_period = 1, .reduction_factor = 3};

/// Reports; a pause is carried out at once.
Verdict pauses(Scheduler& asha, const Judged& judged) {
  const Verdict verdict = report(asha, judged);
  if (verdict == Verdict::pause) asha.set_promotable(judged.trial, true);
  return verdict;
}

std::optional<TrialId> promote(Scheduler& asha) {
  const auto next = to_promote(asha.wish({}));
  if (next) asha.record_promotion(*next);
  return next;
}

TEST(AshaPromotion, EveryTrialPausesAtItsRungs) {
  auto asha = make_promotion(kThirds);
  EXPECT_EQ(pauses(asha, {.trial = 0, .resource = 1, .value = 0.5}), Verdict::pause);
  EXPECT_EQ(pauses(asha, {.trial = 0, .resource = 2, .value = 0.5}), Verdict::go_on);
  EXPECT_EQ(pauses(asha, {.trial = 0, .resource = 3, .value = 0.5}), Verdict::pause);
  EXPECT_EQ(pauses(asha, {.trial = 0, .resource = 26, .value = 0.5}), Verdict::pause)
      << "at the highest rung it reached";
  const Decision last = asha.judge({.trial = 0, .resource = 27, .value = 0.5});
  EXPECT_EQ(last.verdict, Verdict::stop);
  EXPECT_TRUE(last.completed);
}

TEST(AshaPromotion, TheHighestRungGoesFirst) {
  auto asha = make_promotion(kThirds);
  for (TrialId trial = 0; trial < 9; ++trial)
    pauses(asha, {.trial = trial, .resource = 1, .value = 0.1 * static_cast<double>(trial)});
  for (const TrialId expected : {8, 7, 6}) EXPECT_EQ(promote(asha), expected);
  EXPECT_EQ(promote(asha), std::nullopt);
  for (const TrialId trial : {8, 7, 6})
    pauses(asha, {.trial = trial, .resource = 3, .value = 0.1 * static_cast<double>(trial)});
  for (TrialId trial = 9; trial < 12; ++trial) pauses(asha, {.trial = trial, .resource = 1, .value = 2.0});
  EXPECT_EQ(promote(asha), 8) << "rung 3 before the better ones of rung 1";
  EXPECT_EQ(promote(asha), 9);
}

TEST(AshaPromotion, OneThatHasNotPausedYetIsNotPromoted) {
  auto asha = make_promotion(kThirds);
  for (TrialId trial = 0; trial < 3; ++trial)
    report(asha, {.trial = trial, .resource = 1, .value = static_cast<double>(trial)});
  EXPECT_EQ(to_promote(asha.wish({})), std::nullopt);
  asha.set_promotable(2, true);
  EXPECT_EQ(to_promote(asha.wish({})), 2);
  asha.set_promotable(2, false);
  EXPECT_EQ(to_promote(asha.wish({})), std::nullopt) << "held by a command";
}

TEST(AshaPromotion, NobodyIsPromotedInsteadOfOneThatFailed) {
  auto asha = make_promotion(kThirds);
  for (TrialId trial = 0; trial < 3; ++trial)
    pauses(asha, {.trial = trial, .resource = 1, .value = static_cast<double>(trial)});
  EXPECT_EQ(promote(asha), 2);
  asha.ended(2, TrialState::failed);
  EXPECT_EQ(promote(asha), std::nullopt);
}

TEST(AshaPromotion, ANonFiniteValueStopsAndCounts) {
  auto asha = make_promotion(kThirds);
  EXPECT_EQ(pauses(asha, {.trial = 0, .resource = 1, .value = std::nan("")}), Verdict::stop);
  EXPECT_EQ(pauses(asha, {.trial = 1, .resource = 1, .value = std::numeric_limits<double>::infinity()}), Verdict::stop);
  pauses(asha, {.trial = 2, .resource = 1, .value = 0.1});
  EXPECT_EQ(promote(asha), 2) << "the best of three recorded";
}

TEST(AshaPromotion, BracketsAreOrderedByTheResourceOfTheirRungs) {
  auto asha = make_promotion({.max_t = 27, .grace_period = 1, .reduction_factor = 3, .brackets = 2});
  std::map<double, std::vector<TrialId>> by_first;
  for (TrialId trial = 0; by_first[1].size() < 3 || by_first[3].size() < 3; ++trial) {
    auto& group = by_first[asha.rungs_of(trial).front()];
    if (group.size() < 3) group.push_back(trial);
  }
  for (const auto& [resource, group] : by_first) {
    for (const TrialId trial : group)
      pauses(asha, {.trial = trial, .resource = resource, .value = static_cast<double>(trial)});
  }
  EXPECT_EQ(promote(asha), by_first[3].back());
  EXPECT_EQ(promote(asha), by_first[1].back());
}

TEST(AshaPromotion, DecidesAsThePaperAndAsSyneTuneUntilTheyPart) {
  const Value vectors = recorded("asha/promotion");
  int promotions = 0;
  for (const Value& vector : vectors.at("cases")) {
    const Goal goal = goal_of(vector);
    Value options = vector.at("options");
    options["variant"] = "promotion";
    const auto asha = make_or_fail("asha", options, {.goal = goal});
    for (const Value& event : vector.at("events")) {
      if (event[0] != "ask") {
        pauses(*asha, {event[0].get<TrialId>(), event[1].get<double>(), event[2].get<double>()});
        continue;
      }
      const Value expected = event[2];
      const auto promoted = promote(*asha);
      ASSERT_EQ(promoted ? Value(*promoted) : Value(), expected) << vector.at("name");
      promotions += promoted ? 1 : 0;
      // Where they part, Syne Tune promotes earlier, never another trial.
      if (event[1] != event[2]) {
        EXPECT_TRUE(expected.is_null()) << vector.at("name");
      }
    }
  }
  EXPECT_GT(promotions, 500);
}

/// The rule once more in the plainest way, over random histories with ties, NaN, skipped rungs, failures and trials
/// that are held.
class PlainPromotion {
public:
  explicit PlainPromotion(double eta) : eta_(eta) {}
  std::map<TrialId, double>& rung(double level) { return rungs_[level]; }
  std::optional<TrialId> next(const std::map<TrialId, double>& waiting_at) const {
    for (auto rung = rungs_.rbegin(); rung != rungs_.rend(); ++rung) {
      std::vector<std::pair<double, TrialId>> ranked;
      for (const auto& [trial, merit] : rung->second) ranked.emplace_back(-merit, trial);
      std::sort(ranked.begin(), ranked.end());
      ranked.resize(static_cast<std::size_t>(static_cast<double>(ranked.size()) / eta_));
      for (const auto& [merit, trial] : ranked) {
        const auto at = waiting_at.find(trial);
        if (at != waiting_at.end() && at->second == rung->first) return trial;
      }
    }
    return std::nullopt;
  }

private:
  double eta_;
  std::map<double, std::map<TrialId, double>> rungs_;
};

TEST(AshaPromotion, EveryPromotionIsOfATrialOfTheTopOfItsRung) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    Rng rng = keyed_rng(seed, 0, "promotion");
    const double eta = 2 + static_cast<double>(seed % 3);
    const Goal goal = seed % 2 == 0 ? Goal::maximize : Goal::minimize;
    auto asha = make_promotion({.max_t = 64, .grace_period = 1, .reduction_factor = eta}, goal);
    PlainPromotion plain(eta);
    std::map<TrialId, double> waiting;  // to the rung where it waits
    std::map<TrialId, double> running;  // to its resource
    TrialId created = 0;
    for (int i = 0; i < 80; ++i) {
      const auto expected = plain.next(waiting);
      ASSERT_EQ(to_promote(asha.wish({})), expected) << "seed " << seed << ", event " << i;
      const double dice = uniform01(rng);
      if (dice < 0.4 || running.empty()) {
        if (expected) {
          asha.record_promotion(*expected);
          running[*expected] = waiting.at(*expected);
          waiting.erase(*expected);
        } else {
          running[created++] = 0;
        }
        continue;
      }
      auto it =
          std::next(running.begin(), static_cast<std::ptrdiff_t>(uniform01(rng) * static_cast<double>(running.size())));
      const TrialId trial = it->first;
      if (dice < 0.45) {
        asha.ended(trial, TrialState::failed);
        running.erase(it);
        continue;
      }
      it->second += uniform01(rng) < 0.7 ? 1 : 5;
      const double value = uniform01(rng) < 0.05 ? std::nan("") : std::floor(uniform01(rng) * 8);
      const Decision decision = asha.judge({trial, it->second, value});
      asha.record({trial, it->second, value}, decision);
      if (decision.rung >= 0) {
        const double level = asha.rungs_of(trial)[static_cast<std::size_t>(decision.rung)];
        plain.rung(level)[trial] = merit(goal, value);
        if (decision.verdict == Verdict::pause && uniform01(rng) < 0.9) {  // else: held
          asha.set_promotable(trial, true);
          waiting[trial] = level;
        }
      }
      if (decision.verdict == Verdict::stop) asha.ended(trial, TrialState::completed);
      if (decision.verdict != Verdict::go_on) running.erase(it);
    }
  }
}

TEST(AshaPromotion, OptionsAreCheckedAsForTheStoppingForm) {
  const auto refuse = [](Value options) {
    options["variant"] = "promotion";
    const auto made = make_scheduler("asha", options, {});
    return made ? std::string() : made.error().message;
  };
  EXPECT_EQ(refuse({{"max_t", 0}}), "max_t: must be at least 1, got 0");
  EXPECT_EQ(refuse({{"max_t", 9}, {"compat", "ray"}}), "compat: ray is a rule of variant: stopping");
  EXPECT_EQ(refuse({{"max_t", 9}, {"reduction_factor", 1}}), "reduction_factor: must be greater than 1, got 1");
}

}  // namespace
}  // namespace winnow::testing::asha_promotion_test

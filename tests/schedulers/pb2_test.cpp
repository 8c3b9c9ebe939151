/// Scenarios worked by hand (docs/algorithms/pb2.md has the rule).
#include <algorithm>
#include <cmath>
#include <functional>

#include <winnow/space/space.hpp>

#include "support.hpp"

namespace winnow::testing::pb2_test {
namespace {

constexpr Room kFull{.more = false};

Space one_rate() {
  return *Space::make({{.path = {"lr"}, .domain = Float{.law = Law::log_uniform, .a = 0.0001, .b = 1}}});
}

const Value kHalf{{"quantile_fraction", 0.5}};

/// 0 at the least learning rate, 1 at the greatest.
double place_of(const Assignment& params) {
  return std::log10(params.find("lr")->get<double>()) / 4 + 1;
}

/// Trials that take turns, two steps each. A trial's score rises by 1 - |place - 0.7| a step: most at 10^-1.2.
class Population {
public:
  explicit Population(TrialId size, Value more = Value::object(), std::uint64_t seed = 1) {
    Value options{{"perturbation_interval", 2}, {"hyperparam_mutations", {"lr"}}};
    options.update(more);
    const Space space = one_rate();
    make_ = [=] { return make_or_fail("pb2", options, {.goal = Goal::maximize, .seed = seed, .space = &space}); };
    scheduler_ = make_();
    for (TrialId trial = 0; trial < size; ++trial) {
      const double place = (static_cast<double>(trial) + 0.5) / static_cast<double>(size);
      const Assignment params({Assignment::Entry("lr", std::pow(10, 4 * (place - 1)))});
      apply([=](Scheduler& pb2) { pb2.created(trial, params); });
      trials_.push_back({params});
    }
  }

  /// Each comes to its next interval, and who is to go on from another does.
  void round() {
    for (std::size_t i = 0; i < trials_.size(); ++i) {
      step(i);
      if (trials_[i].paused) take_on();
    }
    while (take_on()) {
    }
  }

  /// One trial comes to its next interval.
  void step(std::size_t i) {
    Trial& trial = trials_[i];
    trial.score += 2 * (1 - std::abs(place_of(trial.params) - 0.7));
    trial.at += 2;
    report(i, trial.score);
  }

  void report(std::size_t i, double score) {
    const Judged judged{static_cast<TrialId>(i), static_cast<double>(trials_[i].at), score, trials_[i].at};
    const Decision decision = scheduler_->judge(judged);
    apply([=](Scheduler& pb2) { pb2.record(judged, decision); });
    trials_[i].paused = decision.verdict == Verdict::pause;
    if (trials_[i].paused) apply([=](Scheduler& pb2) { pb2.set_promotable(judged.trial, true); });
  }

  [[nodiscard]] std::optional<Exploit> wished() const {
    const Wish wish = scheduler_->wish(kFull);
    const auto* exploit = std::get_if<Exploit>(&wish);
    return exploit == nullptr ? std::nullopt : std::optional(*exploit);
  }

  bool take_on() {
    const Wish wish = scheduler_->wish(kFull);
    if (const auto trial = to_promote(wish)) {
      apply([=](Scheduler& pb2) { pb2.record_promotion(*trial); });
      trials_[static_cast<std::size_t>(*trial)].paused = false;
      return true;
    }
    const auto* found = std::get_if<Exploit>(&wish);
    if (found == nullptr) return false;
    const Exploit what = *found;
    apply([=](Scheduler& pb2) { pb2.record_exploit(what.trial, what.donor, what.step, what.params); });
    trials_[static_cast<std::size_t>(what.trial)] = {what.params, what.step,
                                                     trials_[static_cast<std::size_t>(what.donor)].score};
    exploits_.push_back(what);
    return true;
  }

  /// Goes on with a fresh one that all was folded into.
  void recover() {
    scheduler_ = make_();
    for (const auto& change : changes_) change(*scheduler_);
  }

  void end(TrialId trial, TrialState state) {
    apply([=](Scheduler& pb2) { pb2.ended(trial, state); });
  }

  [[nodiscard]] const std::vector<Exploit>& exploits() const { return exploits_; }
  [[nodiscard]] const Assignment& params(std::size_t i) const { return trials_[i].params; }
  [[nodiscard]] const Scheduler& scheduler() const { return *scheduler_; }

private:
  struct Trial {
    Assignment params;
    Step at = 0;
    double score = 0;
    bool paused = false;
  };
  using Change = std::function<void(Scheduler&)>;
  void apply(Change change) {
    change(*scheduler_);
    changes_.push_back(std::move(change));
  }

  std::function<std::unique_ptr<Scheduler>()> make_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<Change> changes_;
  std::vector<Trial> trials_;
  std::vector<Exploit> exploits_;
};

TEST(Pb2, WithoutDataTheDonorsOwnAreTaken) {
  Population population(4);
  population.report(0, 0.9);
  population.report(1, 0.5);  // both at 0: nothing is due
  EXPECT_FALSE(population.wished());
  population.step(2);
  population.step(0);
  const auto exploit = population.wished();
  ASSERT_TRUE(exploit);
  EXPECT_EQ(exploit->trial, 0);
  EXPECT_EQ(exploit->donor, 2);
  EXPECT_EQ(exploit->params, population.params(2));
}

/// By Ray's PB2 as well, whatever its seed: `_select_config` with these changes.
TEST(Pb2, GoesWhereNobodyHasBeenAsInTheExampleOfItsPage) {
  const Space space = one_rate();
  const Value options{{"perturbation_interval", 2}, {"hyperparam_mutations", {"lr"}}};
  for (const std::uint64_t seed : {1, 2, 3}) {
    const auto pb2 = make_or_fail("pb2", options, {.goal = Goal::maximize, .seed = seed, .space = &space});
    const std::vector<double> rates = {0.1, 0.01, 0.001, 0.0001};
    for (TrialId trial = 0; trial < 4; ++trial) {
      pb2->created(trial, Assignment({Assignment::Entry("lr", rates[static_cast<std::size_t>(trial)])}));
    }
    const std::vector<double> scores = {1.0, 1.4, 1.2, 0.6, 2.0, 3.0, 2.4, 1.0};
    for (TrialId i = 0; i < 8; ++i) {
      const Step step = i < 4 ? 2 : 4;
      const Decision decision =
          decide(*pb2, {i % 4, static_cast<double>(step), scores[static_cast<std::size_t>(i)], step});
      if (decision.verdict == Verdict::pause) pb2->set_promotable(i % 4, true);
      if (i < 4 && decision.verdict == Verdict::pause) pb2->record_promotion(i);
    }
    const Wish wish = pb2->wish(kFull);
    const auto* exploit = std::get_if<Exploit>(&wish);
    ASSERT_NE(exploit, nullptr);
    EXPECT_EQ(exploit->trial, 3);
    EXPECT_EQ(exploit->donor, 1);
    EXPECT_NEAR(exploit->params.find("lr")->get<double>(), 1, 1e-9);
  }
}

TEST(Pb2, WhoLosesAndToWhomIsAsInPbt) {
  const Space space = one_rate();
  const Value options{{"perturbation_interval", 2}, {"hyperparam_mutations", {"lr"}}};
  const auto pbt = make_or_fail("pbt", options, {.goal = Goal::maximize, .seed = 1, .space = &space});
  const auto pb2 = make_or_fail("pb2", options, {.goal = Goal::maximize, .seed = 1, .space = &space});
  Rng rng = keyed_rng(3, 0, "scores");
  for (Step step = 2; step < 40; step += 2) {
    for (TrialId trial = 0; trial < 8; ++trial) {
      const Judged judged{trial, static_cast<double>(step), uniform01(rng), step};
      EXPECT_EQ(decide(*pbt, judged), decide(*pb2, judged));
      pbt->record_promotion(trial);
      pb2->record_promotion(trial);
    }
  }
}

TEST(Pb2, FindsWhereScoresRise) {
  Population population(8, kHalf);
  for (int i = 0; i < 12; ++i) population.round();
  const auto& exploits = population.exploits();
  ASSERT_GE(exploits.size(), 8U);
  const auto near = std::count_if(exploits.begin() + 4, exploits.end(),
                                  [](const Exploit& e) { return std::abs(place_of(e.params) - 0.7) < 0.1; });
  EXPECT_GT(near * 3, 2 * static_cast<std::ptrdiff_t>(exploits.size() - 4)) << "the others: where little is known";
}

TEST(Pb2, IsTheSameForTheSameSeed) {
  const auto played = [](std::uint64_t seed) {
    Population population(6, kHalf, seed);
    for (int i = 0; i < 5; ++i) population.round();
    std::vector<Assignment> given;
    for (const Exploit& exploit : population.exploits()) given.push_back(exploit.params);
    return given;
  };
  EXPECT_EQ(played(1), played(1));
  EXPECT_NE(played(1), played(2));
}

TEST(Pb2, StaysWithinTheBounds) {
  Population population(8, kHalf);
  for (int i = 0; i < 6; ++i) population.round();
  for (const Exploit& exploit : population.exploits()) {
    EXPECT_GE(exploit.params.find("lr")->get<double>(), 0.0001);
    EXPECT_LE(exploit.params.find("lr")->get<double>(), 1);
  }
}

TEST(Pb2, TheLosersOfAGenerationDontGetTheSame) {
  Population population(8, {{"synch", true}});
  population.round();
  const std::size_t before = population.exploits().size();
  EXPECT_EQ(before, 2U);
  population.round();
  const auto& exploits = population.exploits();
  ASSERT_EQ(exploits.size(), 4U);
  EXPECT_GT(std::abs(place_of(exploits[2].params) - place_of(exploits[3].params)), 0.05);
}

TEST(Pb2, FoldedItGoesOnAsItWouldHave) {
  for (const bool synch : {false, true}) {
    const Value options{{"synch", synch}, {"quantile_fraction", 0.5}};
    Population straight(6, options);
    Population interrupted(6, options);
    for (int i = 0; i < 8; ++i) {
      straight.round();
      interrupted.round();
      interrupted.recover();
    }
    ASSERT_EQ(straight.exploits().size(), interrupted.exploits().size());
    ASSERT_GT(straight.exploits().size(), 3U);
    for (std::size_t i = 0; i < straight.exploits().size(); ++i) {
      EXPECT_EQ(straight.exploits()[i].params, interrupted.exploits()[i].params);
    }
  }
}

TEST(Pb2, OneThatFailedAndIsBackTakesPart) {
  Population population(4);
  for (int i = 0; i < 2; ++i) population.round();
  population.end(0, TrialState::failed);
  population.end(3, TrialState::completed);
  const std::size_t before = population.exploits().size();
  for (int i = 0; i < 2; ++i) {
    for (const std::size_t trial : {0, 1, 2}) {
      population.step(trial);
      population.take_on();
    }
  }
  EXPECT_GT(population.exploits().size(), before);
}

TEST(Pb2, AValueThatIsNotFiniteDoesNoHarm) {
  Population population(4);
  for (int i = 0; i < 2; ++i) population.round();
  for (const std::size_t trial : {0, 1, 2}) {
    population.step(trial);
    population.take_on();
  }
  population.report(3, std::nan(""));
  for (int i = 0; i < 3; ++i) population.round();
  for (const Exploit& exploit : population.exploits()) EXPECT_TRUE(std::isfinite(place_of(exploit.params)));
}

TEST(Pb2, SaysWhatItWillDo) {
  EXPECT_THAT(
      Population(2).scheduler().describe(),
      ::testing::ElementsAre(::testing::StartsWith("every 2 steps a trial is compared"),
                             "lr then change: numbers to where a model of the scores so far has them rise most, "
                             "or knows little",
                             ::testing::HasSubstr("gives its own up")));
}

TEST(Pb2, RefusesWhatItDoesNotHave) {
  const Space space = one_rate();
  const auto refusal = [&](const Value& options) {
    return make_scheduler("pb2", options, {.space = &space}).error().message;
  };
  EXPECT_EQ(refusal({{"perturbation_interval", 0}, {"hyperparam_mutations", {"lr"}}}),
            "perturbation_interval: must be greater than 0, got 0");
  EXPECT_EQ(refusal({{"perturbation_interval", 1}, {"hyperparam_mutations", {"rate"}}}),
            "hyperparam_mutations: 'rate' is no parameter of the space (it has lr)");
  EXPECT_THAT(refusal({{"perturbation_interval", 1}, {"resample_probability", 0.5}}),
              ::testing::HasSubstr("pb2 has no such option"));
  EXPECT_THAT(refusal({{"perturbation_interval", 1}}), ::testing::HasSubstr("hyperparam_mutations: is required"));
  EXPECT_THAT(refusal({{"hyperparam_mutations", {"lr"}}}), ::testing::HasSubstr("perturbation_interval: is required"));
}

}  // namespace
}  // namespace winnow::testing::pb2_test

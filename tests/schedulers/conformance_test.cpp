/// What every registered scheduler keeps. A new one is covered by its registry line.
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <winnow/core/random.hpp>

#include "support.hpp"

namespace winnow::testing::conformance_test {
namespace {

struct Subject {
  std::string type;
  Value options;
};

std::vector<Subject> subjects() {
  std::vector<Subject> all;
  for (const std::string& name : scheduler_names()) {
    for (const Value& options : scheduler_examples(name)) all.push_back({name, options});
  }
  return all;
}

struct Entry {
  Judged report;
  Decision decision;
};

/// Trials take steps, some with jumps; stopped ones end, a few end or fail by themselves. Paused ones wait to be
/// promoted or dropped, or to exploit another.
class World {
public:
  World(Scheduler& scheduler, std::uint64_t seed) : scheduler_(&scheduler), rng_(keyed_rng(seed, 0, "world")) {}

  /// Goes on with another scheduler that stands where this one stood.
  void hand_over(Scheduler& scheduler) { scheduler_ = &scheduler; }

  void play(int reports) {
    while (reports-- > 0) step();
  }

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  /// Folds what was recorded into a fresh scheduler: nothing is decided.
  void fold_into(Scheduler& fresh) const {
    for (const Change& change : changes_) change(fresh);
  }

private:
  using Change = std::function<void(Scheduler&)>;

  void apply(Change change) {
    change(*scheduler_);
    changes_.push_back(std::move(change));
  }
  void end(TrialId trial, TrialState state) {
    apply([=](Scheduler& scheduler) { scheduler.ended(trial, state); });
    ended_.insert(trial);
  }

  void grant() {
    if (!scheduler_->promotes()) return;
    const Wish wish = scheduler_->wish({.more = uniform01(rng_) < 0.5});
    if (uniform01(rng_) < 0.5) return;
    if (const auto* drop = std::get_if<Drop>(&wish)) {
      EXPECT_EQ(paused_.erase(drop->trial), 1U) << "dropped, but not paused";
      end(drop->trial, TrialState::stopped);
    } else if (const auto* exploit = std::get_if<Exploit>(&wish)) {
      EXPECT_EQ(paused_.erase(exploit->trial), 1U) << "goes on, but not paused";
      EXPECT_EQ(scheduler_->lends(exploit->donor), exploit->step);
      apply([=, what = *exploit](Scheduler& s) { s.record_exploit(what.trial, what.donor, what.step, what.params); });
      at_[exploit->trial] = static_cast<double>(exploit->step);
      again_.insert(exploit->trial);
    } else if (const auto trial = to_promote(wish)) {
      apply([=](Scheduler& scheduler) { scheduler.record_promotion(*trial); });
      EXPECT_EQ(paused_.erase(*trial), 1U) << "promoted, but not paused";
      again_.insert(*trial);
    }
  }

  void step() {
    grant();
    TrialId trial = first_ + static_cast<TrialId>(uniform01(rng_) * 10);
    if (!again_.empty() && uniform01(rng_) < 0.5) trial = *again_.begin();
    if (ended_.contains(trial) || paused_.contains(trial)) {
      while (ended_.contains(first_) || paused_.contains(first_)) ++first_;
      again_.erase(trial);
      return;
    }
    if (!at_.contains(trial)) apply([=](Scheduler& scheduler) { scheduler.created(trial, {}); });
    at_[trial] += uniform01(rng_) < 0.8 ? 1 : 5;
    const double value = uniform01(rng_) < 0.05 ? std::numeric_limits<double>::quiet_NaN() : uniform01(rng_);
    const Judged judged{trial, at_[trial], value, static_cast<Step>(at_[trial])};
    const Decision decision = scheduler_->judge(judged);
    apply([=](Scheduler& scheduler) { scheduler.record(judged, decision); });
    entries_.push_back({judged, decision});
    if (decision.verdict == Verdict::pause) {
      apply([=](Scheduler& scheduler) { scheduler.set_promotable(trial, true); });
      paused_.insert(trial);
    } else if (decision.verdict == Verdict::stop) {
      end(trial, decision.completed ? TrialState::completed : TrialState::stopped);
    } else if (uniform01(rng_) < 0.04) {
      end(trial, uniform01(rng_) < 0.5 ? TrialState::failed : TrialState::completed);
    }
  }

  Scheduler* scheduler_;
  Rng rng_;
  std::vector<Entry> entries_;
  std::vector<Change> changes_;
  std::map<TrialId, double> at_;
  std::set<TrialId> ended_;
  std::set<TrialId> paused_;
  std::set<TrialId> again_;  ///< promoted: they may stand before the window
  TrialId first_ = 0;
};

void expect_same(const std::vector<Entry>& a, const std::vector<Entry>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) ASSERT_EQ(a[i].decision, b[i].decision) << "entry " << i;
}

class SchedulerConformance : public ::testing::TestWithParam<Subject> {
protected:
  static std::unique_ptr<Scheduler> fresh(std::uint64_t seed = 5) {
    return make_or_fail(GetParam().type, GetParam().options, {.goal = Goal::maximize, .seed = seed});
  }
};

TEST_P(SchedulerConformance, SameSeedAndOrderGiveTheSameDecisions) {
  const auto one = fresh();
  const auto other = fresh();
  World first(*one, 1);
  World second(*other, 1);
  first.play(5000);
  second.play(5000);
  ASSERT_GT(first.entries().size(), 1000U);
  expect_same(first.entries(), second.entries());
}

TEST_P(SchedulerConformance, FoldingAndGoingOnEqualsGoingOn) {
  for (const int cut : {1, 17, 300, 1500}) {
    const auto live = fresh();
    World straight(*live, 2);
    straight.play(3000);
    const auto before = fresh();
    const auto after = fresh();
    World interrupted(*before, 2);
    interrupted.play(cut);
    interrupted.fold_into(*after);
    interrupted.hand_over(*after);
    interrupted.play(3000 - cut);
    expect_same(straight.entries(), interrupted.entries());
  }
}

TEST_P(SchedulerConformance, JudgingChangesNothing) {
  const auto one = fresh();
  const auto other = fresh();
  World plain(*one, 3);
  World asked(*other, 3);
  plain.play(2000);
  for (int i = 0; i < 2000; ++i) {
    for (TrialId trial = 0; trial < 5; ++trial) static_cast<void>(other->judge({trial, 9, 0.1 * i, 9}));
    asked.play(1);
  }
  expect_same(plain.entries(), asked.entries());
}

TEST_P(SchedulerConformance, DecisionsAreLegal) {
  const auto scheduler = fresh();
  World world(*scheduler, 4);
  world.play(3000);
  for (const auto& [report, decision] : world.entries()) {
    EXPECT_GE(decision.rung, -1);
    EXPECT_LT(decision.rung, static_cast<std::int32_t>(scheduler->rungs_of(report.trial).size()));
    if (decision.completed) {
      EXPECT_EQ(decision.verdict, Verdict::stop);
    }
    if (scheduler->max_t() && report.resource >= *scheduler->max_t()) {
      EXPECT_TRUE(decision.completed);
    }
    if (decision.verdict == Verdict::pause) {
      EXPECT_TRUE(scheduler->promotes());
    }
  }
}

TEST_P(SchedulerConformance, EndsOfUnknownTrialsAreHarmless) {
  const auto scheduler = fresh();
  scheduler->ended(77, TrialState::completed);
  scheduler->ended(78, TrialState::failed);
  EXPECT_TRUE(std::holds_alternative<Create>(scheduler->wish({})));
  EXPECT_FALSE(scheduler->describe().empty());
}

TEST(SchedulerExamples, AreInEveryRegistryLine) {
  for (const std::string& name : scheduler_names()) EXPECT_FALSE(scheduler_examples(name).empty()) << name;
}

INSTANTIATE_TEST_SUITE_P(Registered, SchedulerConformance, ::testing::ValuesIn(subjects()),
                         [](const auto& subject) { return std::to_string(subject.index) + "_" + subject.param.type; });

TEST(EveryScheduler, IsMadeAgainByItsOptions) {
  for (const Subject& subject : subjects()) {
    const auto made = *make_scheduler(subject.type, subject.options, {});
    const Value options = made->options();
    for (const auto& [key, value] : subject.options.items()) EXPECT_EQ(options.value(key, Value()), value) << key;
    const auto again = make_scheduler(subject.type, options, {});
    ASSERT_TRUE(again) << subject.type << ": " << again.error().message;
    EXPECT_EQ((*again)->options(), options);
    EXPECT_EQ((*again)->describe(), made->describe());
  }
}

}  // namespace
}  // namespace winnow::testing::conformance_test

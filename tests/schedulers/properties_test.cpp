/// What every registered scheduler should keep in thousands of random histories, and who doesn't, and why.
#include <functional>
#include <map>
#include <set>
#include <winnow/core/random.hpp>

#include "support.hpp"

namespace winnow::testing::properties_test {
namespace {

constexpr std::uint64_t kHistories = 500;  ///< of each of a scheduler's examples
constexpr int kReports = 60;

struct Subject {
  std::string type;
  Value options;
};

/// Of several side by side it is enough that one is.
bool is_exception(const std::string& type, const Value& options, const std::map<std::string, std::string>& exceptions) {
  if (exceptions.contains(type)) return true;
  for (const Value& one : options.value("of", Value::array())) {
    if (is_exception(one.at("type").get<std::string>(), one, exceptions)) return true;
  }
  return false;
}

/// All examples of all schedulers but those that the property doesn't hold for: by type, with the reason.
std::vector<Subject> subjects_but(const std::map<std::string, std::string>& exceptions) {
  std::vector<Subject> all;
  for (const std::string& name : scheduler_names()) {
    for (const Value& options : scheduler_examples(name)) {
      if (!is_exception(name, options, exceptions)) all.push_back({name, options});
    }
  }
  return all;
}

int severity(Verdict verdict) {
  return verdict == Verdict::go_on ? 0 : verdict == Verdict::pause ? 1 : 2;
}

/// Eight trials side by side, values that come down with the steps, no two alike. `look` sees each report before it is
/// judged; `twin` hears of everything, too, if there is one.
class History {
public:
  using Look = std::function<void(const Judged&)>;
  History(Scheduler& scheduler, Goal goal, std::uint64_t seed)
      : scheduler_(scheduler), goal_(goal), rng_(keyed_rng(seed, 0, "history")) {}

  void play(const Look& look) {
    for (int i = 0; i < kReports; ++i) step(look);
  }

  [[nodiscard]] const std::string& verdicts() const { return verdicts_; }

private:
  void step(const Look& look) {
    grant();
    const TrialId trial = next();
    if (trial < 0) return;
    Trial& at = running_.at(trial);
    at.step += uniform01(rng_) < 0.8 ? 1 : 4;
    const double loss = at.level + uniform01(rng_) / static_cast<double>(at.step);
    const Judged judged{trial, static_cast<double>(at.step), goal_ == Goal::minimize ? loss : -loss, at.step};
    const bool may_end = uniform01(rng_) < 0.1;
    look(judged);
    const Decision decision = decide(scheduler_, judged);
    verdicts_ += std::to_string(trial) + ":" + std::to_string(severity(decision.verdict)) + " ";
    if (decision.verdict == Verdict::pause) {
      scheduler_.set_promotable(trial, true);
      paused_.insert(running_.extract(trial));
    } else if (decision.verdict == Verdict::stop || may_end) {
      const bool stopped = decision.verdict == Verdict::stop && !decision.completed;
      scheduler_.ended(trial, stopped ? TrialState::stopped : TrialState::completed);
      running_.erase(trial);
    }
  }

  void grant() {
    if (!scheduler_.promotes()) return;
    const Wish wish = scheduler_.wish({.more = true, .idle = running_.empty()});
    if (const auto* drop = std::get_if<Drop>(&wish)) {
      scheduler_.ended(drop->trial, TrialState::stopped);
      paused_.erase(drop->trial);
    } else if (const auto* exploit = std::get_if<Exploit>(&wish)) {
      scheduler_.record_exploit(exploit->trial, exploit->donor, exploit->step, exploit->params);
      Trial trial = paused_.extract(exploit->trial).mapped();
      trial.step = exploit->step;
      running_.emplace(exploit->trial, trial);
    } else if (const auto trial = to_promote(wish)) {
      scheduler_.record_promotion(*trial);
      running_.insert(paused_.extract(*trial));
    }
  }

  TrialId next() {
    const auto place = static_cast<std::size_t>(uniform01(rng_) * 8);
    if (place >= running_.size()) {
      running_[created_] = {uniform01(rng_), 0};
      scheduler_.created(created_, {});
      return created_++;
    }
    return std::next(running_.begin(), static_cast<std::ptrdiff_t>(place))->first;
  }

  struct Trial {
    double level = 0;
    Step step = 0;
  };
  Scheduler& scheduler_;
  Goal goal_;
  Rng rng_;
  std::map<TrialId, Trial> running_;
  std::map<TrialId, Trial> paused_;
  TrialId created_ = 0;
  std::string verdicts_;
};

std::unique_ptr<Scheduler> made(const Subject& subject, Goal goal, std::uint64_t seed) {
  return make_or_fail(subject.type, subject.options, {.goal = goal, .seed = seed, .sweep = "s"});
}

TEST(EveryScheduler, NeverJudgesABetterReportMoreHardly) {
  const std::map<std::string, std::string> exceptions = {
      {"optuna_threshold", "a value is too good for it when it leaves the range on that side"},
      {"plateau", "a better value may be nearer to those before"},
  };
  for (const Subject& subject : subjects_but(exceptions)) {
    for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
      const Goal goal = seed % 2 == 0 ? Goal::minimize : Goal::maximize;
      const auto scheduler = made(subject, goal, seed);
      History(*scheduler, goal, seed).play([&](const Judged& report) {
        int before = severity(scheduler->judge(report).verdict);
        Judged better = report;
        for (const double by : {0.01, 0.3, 1.5}) {
          better.value = report.value + (goal == Goal::minimize ? -by : by);
          const int now = severity(scheduler->judge(better).verdict);
          ASSERT_LE(now, before) << subject.type << " " << subject.options << ", history " << seed << ", trial "
                                 << report.trial << " at " << report.step << ", better by " << by;
          before = now;
        }
      });
      if (HasFatalFailure()) return;
    }
  }
}

TEST(EveryScheduler, JudgesTheMirrorImageAlike) {
  const std::map<std::string, std::string> exceptions = {
      {"optuna_threshold", "its bounds stay where they are"},
  };
  for (const Subject& subject : subjects_but(exceptions)) {
    if (subject.options.contains("metric_threshold")) continue;  // it stays where it is, too
    if (subject.options.contains("wrapped") && subject.options["wrapped"]["type"] == "optuna_threshold") continue;
    for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
      const auto down = made(subject, Goal::minimize, seed);
      const auto up = made(subject, Goal::maximize, seed);
      History one(*down, Goal::minimize, seed);
      History other(*up, Goal::maximize, seed);
      one.play([](const Judged&) {});
      other.play([](const Judged&) {});
      ASSERT_EQ(one.verdicts(), other.verdicts()) << subject.type << " " << subject.options << ", history " << seed;
    }
  }
}

/// A trial that comes late, reports at every step, gets better every time, and is better than all others.
TEST(EveryScheduler, NeverStopsTheBestOfAllBeforeItsEnd) {
  const std::map<std::string, std::string> exceptions = {
      {"optuna_threshold", "a value is too good for it when it leaves the range on that side"},
      {"optuna_successive_halving", "bootstrap_count stops the first ones at a rung, whatever they report"},
      {"optuna_hyperband", "bootstrap_count stops the first ones at a rung, whatever they report"},
  };
  for (const Subject& subject : subjects_but(exceptions)) {
    for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
      const auto scheduler = made(subject, Goal::minimize, seed);
      History(*scheduler, Goal::minimize, seed).play([](const Judged&) {});
      const TrialId best = kReports;
      scheduler->created(best, {});
      for (Step step = 1; step <= 30; ++step) {
        const Judged report{best, static_cast<double>(step), -static_cast<double>(step), step};
        const Decision decision = decide(*scheduler, report);
        if (decision.completed || decision.verdict == Verdict::pause) break;
        ASSERT_EQ(decision.verdict, Verdict::go_on)
            << subject.type << " " << subject.options << ", history " << seed << ", step " << step;
      }
    }
  }
}

}  // namespace
}  // namespace winnow::testing::properties_test

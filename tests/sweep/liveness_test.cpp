/// No scheduler leaves a sweep that waits for nothing: whatever happens to its trials, each sweep comes to its end.
#include <algorithm>
#include <map>
#include <random>

#include <winnow/schedulers/registry.hpp>
#include <winnow/sweep/sequencer.hpp>

#include "support.hpp"

namespace winnow::liveness_test {
namespace {

using test::Desk;

SweepSpec spec_of(const std::string& type, Value options, std::int64_t run_cap) {
  SweepSpec spec = test::fifo_spec();
  spec.space = *Space::make(
      {{.path = {"lr"}, .domain = Float{.a = 0.1, .b = 1}}, {.path = {"momentum"}, .domain = Float{.a = 0, .b = 1}}});
  spec.scheduler.type = type;
  spec.scheduler.resource = own_resource(type, options).empty() ? "step" : std::string(own_resource(type, options));
  spec.scheduler.options = std::move(options);
  spec.run_cap = run_cap;
  spec.trial.retries_lost = 1;
  return spec;
}

/// Slots that take what is next, and trials to which anything may happen.
class Crowd {
public:
  Crowd(SweepSpec spec, std::uint64_t seed, std::size_t slots)
      : desk_(std::move(spec), seed), rng_(seed), slots_(slots) {}

  /// True when the sweep is done; false if it comes to no end.
  bool run() {
    for (int i = 0; i < 20000; ++i) {
      if (fill_slots()) return true;
      if (running_.empty()) {
        if (held_ == kNobody) return false;
        resume();  // someone comes back to the trial that was held
        continue;
      }
      happen();
    }
    return false;
  }
  [[nodiscard]] std::string where() const {
    const SweepCounts& n = desk_.sweep.counts();
    return "paused " + std::to_string(n.paused) + ", queued " + std::to_string(n.queued) + ", running " +
           std::to_string(n.running) + ", ended " + std::to_string(n.stopped + n.completed + n.failed);
  }

private:
  static constexpr TrialId kNobody = -1;

  bool fill_slots() {
    for (;;) {
      const auto there = [this](const Trial&, Step at_most) {
        return rng_() % 20 == 0 ? std::nullopt : std::optional<Step>(at_most);
      };
      Move move = next_move(desk_.sweep, 0, there, desk_.now);
      if (std::holds_alternative<Done>(move.what)) return true;
      if (std::holds_alternative<AskAgain>(move.what)) {
        desk_.record(std::move(move.events));
        continue;
      }
      if (running_.size() == slots_) return false;
      if (const auto* asked = std::get_if<AskSampler>(&move.what)) {
        Assignment params({{"lr", 0.5}, {"momentum", 0.5}});
        desk_.record({suggested(desk_.sweep, *asked, std::move(params), desk_.now)});
      } else if (const auto* start = std::get_if<StartAttemptOf>(&move.what)) {
        running_.push_back(start->trial);
        at_[start->trial] = start->from_step.value_or(0);
        desk_.record(std::move(move.events));
      } else {
        return false;
      }
    }
  }

  void happen() {
    const std::size_t which = rng_() % running_.size();
    const TrialId trial = running_[which];
    const auto dice = rng_() % 60;
    if (dice == 0) {
      desk_.record(*desk_.sweep.on_error(trial, 0, "boom", desk_.now));
    } else if (dice == 1) {
      desk_.record(*desk_.sweep.on_lost(trial, 0, "gone", desk_.now));
    } else if (dice == 2) {
      desk_.record(*desk_.sweep.on_completed(trial, 0, desk_.now));
    } else if (dice == 3 && held_ == kNobody) {
      hold(trial);
      return;
    } else if (!report(trial)) {
      return;
    }
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(which));
  }

  /// True if its slot is free then.
  bool report(TrialId trial) {
    at_[trial] += rng_() % 8 == 0 ? 3 : 1;
    const double loss = rng_() % 30 == 0 ? std::nan("") : static_cast<double>(rng_() % 50);
    const Verdict verdict = desk_.loss(trial, at_[trial], loss);
    if (verdict == Verdict::go_on && at_[trial] > 60) {  // the trainer's own end
      desk_.record(*desk_.sweep.on_completed(trial, 0, desk_.now));
      return true;
    }
    if (verdict == Verdict::pause) desk_.pause(trial, at_[trial]);
    if (verdict == Verdict::exploit) desk_.pause(trial);
    return verdict != Verdict::go_on;
  }

  void hold(TrialId trial) {
    if (auto events = desk_.sweep.on_command(CommandVerb::pause, trial, "", desk_.now)) {
      desk_.record(std::move(*events));
      held_ = trial;
    }
  }
  void resume() {
    if (auto events = desk_.sweep.on_command(CommandVerb::resume, held_, "", desk_.now))
      desk_.record(std::move(*events));
    held_ = kNobody;
  }

  Desk desk_;
  std::mt19937_64 rng_;
  std::size_t slots_;
  std::vector<TrialId> running_;
  std::map<TrialId, Step> at_;
  TrialId held_ = kNobody;
};

TEST(EveryScheduler, BringsEverySweepToItsEnd) {
  for (const std::string& type : scheduler_names()) {
    for (const Value& options : scheduler_examples(type)) {
      const std::uint64_t seeds =
          options.dump().find("pb2") == std::string::npos && type != "pb2" ? 25 : 2;  // it computes
      for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        Crowd crowd(spec_of(type, options, 1 + static_cast<std::int64_t>(seed) * 2), seed, 1 + seed % 7);
        ASSERT_TRUE(crowd.run()) << type << " " << options << ", seed " << seed << ": " << crowd.where();
      }
    }
  }
}

}  // namespace
}  // namespace winnow::liveness_test

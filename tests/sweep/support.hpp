/// A sweep to feed by hand: decisions are applied at once, as the ledger would hold them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <winnow/sweep/sweep.hpp>

namespace winnow::test {

inline SweepSpec asha_spec() {
  SweepSpec spec;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = std::nullopt}};
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"max_t", 9}, {"grace_period", 1}, {"reduction_factor", 3}};
  spec.failures_first = 0;
  return spec;
}

inline SweepSpec promotion_spec() {
  SweepSpec spec = asha_spec();
  spec.scheduler.options["variant"] = "promotion";
  return spec;
}

inline SweepSpec fifo_spec() {
  SweepSpec spec = asha_spec();
  spec.scheduler = {};
  return spec;
}

class Desk {
public:
  explicit Desk(SweepSpec spec, std::uint64_t seed = 1) : sweep(*Sweep::make(std::move(spec), seed)) {
    record({event_of(event::Begun{}, now), event_of(event::Opened{}, now)});
  }

  void record(std::vector<Event> events) {
    for (Event& event : events) {
      event.seq = sweep.last_seq() + 1;
      const auto applied = sweep.apply(event);
      ASSERT_TRUE(applied.has_value()) << applied.error().message;
      log.push_back(event);
    }
  }

  TrialId create() {
    const TrialId trial = static_cast<TrialId>(sweep.trials().size());
    record({sweep.suggested(trial, Assignment(), sweep.last_seq(), now)});
    start(trial);
    return trial;
  }
  void start(TrialId trial, std::optional<Step> from_step = std::nullopt) {
    record({sweep.started(trial, from_step, now)});
  }

  void promote(TrialId trial, std::optional<Step> from_step = std::nullopt) {
    record({sweep.promoted(trial, now)});
    start(trial, from_step);
  }
  void pause(TrialId trial, std::optional<Step> checkpoint = std::nullopt) {
    record(*sweep.on_paused(trial, 0, checkpoint, now));
  }
  /// What is the matter, or nothing.
  std::string command(CommandVerb verb, std::optional<TrialId> trial = std::nullopt) {
    auto events = sweep.on_command(verb, trial, "", now);
    if (!events) return events.error().message;
    record(*events);
    return "";
  }

  /// The verdict, or the error's code.
  Result<Verdict> report(Report report) {
    auto judgement = sweep.on_report(report, now);
    if (!judgement) return fail(judgement.error());
    record(judgement->events);
    return judgement->verdict;
  }
  Verdict loss(TrialId trial, Step step, double value) { return *report({trial, 0, step, {{"loss", value}}}); }

  const Trial& trial(TrialId number) const { return *sweep.find(number); }

  Sweep sweep;
  std::vector<Event> log;
  double now = 1000;
};

}  // namespace winnow::test

/// Seeded random histories of a sweep, in which every kind of event occurs: what properties of the fold, and of
/// everything that follows the events, are tried on.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>

#include "support.hpp"

namespace winnow::test {

inline SweepSpec random_spec(std::mt19937_64& rng) {
  SweepSpec spec = asha_spec();
  spec.trial.retries_error = static_cast<int>(rng() % 2);
  spec.run_cap = 5 + static_cast<std::int64_t>(rng() % 20);
  spec.scheduler.options["brackets"] = 1 + rng() % 2;
  if (rng() % 2 == 0) spec.scheduler.options["variant"] = "promotion";
  if (rng() % 4 == 0) spec.budget_resource = 30;
  if (rng() % 4 == 0) spec.budget_wall = 100;
  if (*spec.run_cap % 3 == 0) spec.budget_no_improvement = *spec.run_cap / 3;
  if (rng() % 4 == 0) spec.trial.on_nan = OnNan::fail;
  if (rng() % 4 == 0) spec.failures_max = 3;
  return spec;
}

/// What the sweep itself has due: a start, a promotion, a new trial, its end.
inline void take_next(Desk& desk) {
  const Next next = desk.sweep.next();
  if (const auto* queued = std::get_if<StartTrial>(&next)) desk.start(queued->trial);
  if (const auto* paused = std::get_if<PromoteTrial>(&next)) desk.promote(paused->trial);
  if (std::holds_alternative<NewTrial>(next)) desk.create();
  const auto* done = std::get_if<Done>(&next);
  if (done != nullptr && !desk.sweep.finished()) {
    desk.record({event_of(event::Finished{}, desk.now, done->why)});
  }
}

/// A session ends, well or not, and another takes the sweep up.
inline void restart(Desk& desk, std::mt19937_64& rng) {
  if (rng() % 2 == 0) desk.record({event_of(event::Interrupted{}, desk.now)});
  desk.now += 1;
  desk.record({event_of(event::Opened{}, desk.now)});
}

inline void change_setting(Desk& desk, std::mt19937_64& rng) {
  const std::array<std::pair<const char*, Value>, 5> settings = {{{"run_cap", 5 + rng() % 40},
                                                                  {"budget.wall", nullptr},
                                                                  {"budget.resource", 20 + rng() % 100},
                                                                  {"budget.no_improvement", 1 + rng() % 9},
                                                                  {"metric.target", -1.0}}};
  const auto& [name, value] = settings.at(rng() % settings.size());
  event::Changed changed;
  changed.params.set(name, value);
  desk.record({event_of(std::move(changed), desk.now, "command")});
}

inline void draw_while_it_runs(Desk& desk, std::mt19937_64& rng, TrialId trial) {
  const std::string name = "width_" + std::to_string(rng() % 3);
  const Domain domain = Integer{.low = 1, .high = 9};
  const auto known = desk.sweep.known_draw(trial, 0, name, domain);
  if (known && !*known)
    desk.record({desk.sweep.drawn(trial, name, domain, 1 + rng() % 9, desk.sweep.last_seq(), desk.now)});
}

inline void command_at_random(Desk& desk, std::mt19937_64& rng, TrialId pick) {
  // Of the whole sweep more rarely: little happens to one that is paused or stopped.
  const auto verb = static_cast<CommandVerb>(rng() % 4);
  const auto trial = rng() % 8 == 0 ? std::nullopt : std::optional(pick);
  (void)desk.command(verb, trial);
}

/// Repeats and strays included.
inline void report_at_random(Desk& desk, std::mt19937_64& rng, TrialId pick) {
  const double value = rng() % 20 == 0 ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(rng() % 50);
  Report report{pick, static_cast<Attempt>(rng() % 3), {}, {{"loss", value}}};
  if (rng() % 3 == 0) report.step = static_cast<Step>(rng() % 12);
  if (rng() % 4 == 0) report.metrics.emplace_back("accuracy", 1);
  (void)desk.report(report);
}

/// One random thing happens to the sweep, and a second passes.
inline void happen(Desk& desk, std::mt19937_64& rng) {
  const auto record = [&](const Result<std::vector<Event>>& events) {
    if (events) desk.record(*events);
  };
  const Sweep& sweep = desk.sweep;
  const auto pick = static_cast<TrialId>(sweep.trials().empty() ? 0 : rng() % sweep.trials().size());
  const auto dice = rng() % 28;
  if (dice < 4) {
    take_next(desk);
  } else if (dice < 6) {
    record(sweep.on_lost(pick, 0, "gone", desk.now));
  } else if (dice == 6) {
    record(sweep.on_error(pick, 0, "boom", desk.now));
  } else if (dice == 7) {
    record(sweep.on_out_of_memory(pick, 0, "CUDA out of memory", desk.now));
  } else if (dice < 10) {
    record(sweep.on_completed(pick, 0, desk.now));
  } else if (dice < 14) {
    record(sweep.on_paused(pick, 0, rng() % 3 == 0 ? std::nullopt : std::optional<Step>(1), desk.now));
  } else if (dice == 14) {
    if (rng() % 3 != 0) draw_while_it_runs(desk, rng, pick);
  } else if (dice == 15) {
    if (rng() % 3 != 0) command_at_random(desk, rng, pick);
  } else if (dice == 16) {
    if (rng() % 5 == 0) restart(desk, rng);
  } else if (dice == 17) {
    if (const auto expired = sweep.on_clock(static_cast<double>(rng() % 120), desk.now)) desk.record({*expired});
    if (rng() % 10 == 0) change_setting(desk, rng);
    if (rng() % 60 == 0) desk.record({event_of(event::Exhausted{}, desk.now)});
    // No policy that drops or clones trials takes part here: one of its choices stands for them.
    const Trial* paused = sweep.find(pick);
    if (rng() % 4 == 0 && paused != nullptr && paused->state == TrialState::paused && paused->scheduler_paused &&
        !paused->held) {
      const Trial& donor = sweep.trials().front();
      desk.record({rng() % 2 == 0
                       ? sweep.dropped(pick, "not among the best", desk.now)
                       : sweep.exploited({pick, 0, donor.last_step, donor.params, "among the worst"}, desk.now)});
    }
  } else if (dice == 18) {
    if (rng() % 4 == 0) record(sweep.on_tell(pick, 0, rng() % 4 != 0, {{"loss", 1.0}}, desk.now));
  } else {
    report_at_random(desk, rng, pick);
  }
  desk.now += 1;
}

}  // namespace winnow::test

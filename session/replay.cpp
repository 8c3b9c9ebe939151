#include <winnow/session/replay.hpp>

#include <fmt/format.h>

#include <deque>

#include <winnow/session/open_to_read.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/session.hpp>
#include <winnow/space/domain_json.hpp>
#include <winnow/spec/functions.hpp>
#include <winnow/sweep/observation.hpp>
#include <winnow/sweep/sequencer.hpp>

namespace winnow {
namespace {

std::string text_of(const std::optional<Assignment>& params) {
  return params ? params->to_json().dump() : "nothing left to suggest";
}

std::string text_of(const event::Reported& reported, TrialState state) {
  return fmt::format("{}{} (rung {}, judged {}, {})", to_string(reported.verdict),
                     reported.commanded ? " by command" : "", reported.rung, reported.judged, to_string(state));
}

class Replay {
public:
  explicit Replay(Recovered fresh) : sweep_(std::move(fresh.sweep)), sampler_(std::move(fresh.sampler)) {}

  /// Compares what this event decided with what would be decided now, then folds it.
  Result<void> step(const Event& event) {
    ++outcome.events;
    compare(event);
    if (outcome.difference) return {};
    if (auto applied = sweep_.apply(event); !applied) return applied;
    if (sampler_->learns()) {
      for (Observation& news : observations_of(sweep_, event)) unseen_.emplace_back(event.seq, std::move(news));
    }
    return {};
  }

  ReplayOutcome outcome;

private:
  void compare(const Event& event) {
    switch (event.kind()) {
      case EventKind::suggested: {
        const auto& suggested = *event.as<event::Suggested>();
        compare_suggestion(event, suggested.seen, suggested.params);
        break;
      }
      case EventKind::exhausted: compare_suggestion(event, event.as<event::Exhausted>()->seen, std::nullopt); break;
      case EventKind::drawn: compare_draw(event, *event.as<event::Drawn>()); break;
      case EventKind::started: compare_start(event, event.as<event::Started>()->from_step); break;
      case EventKind::reported: compare_report(event, *event.as<event::Reported>()); break;
      case EventKind::lost:
      case EventKind::errored: compare_end(event); break;
      case EventKind::paused: compare_pause(event, event.as<event::Paused>()->from_step); break;
      case EventKind::promoted: compare_choice(event, "trial to promote"); break;
      case EventKind::dropped: compare_choice(event, "trial to drop"); break;
      case EventKind::exploited: compare_exploit(event, *event.as<event::Exploited>()); break;
      case EventKind::finished: compare_finish(event); break;
      // Said from outside, or no decision.
      case EventKind::sweep:
      case EventKind::opened:
      case EventKind::ended:
      case EventKind::interrupted:
      case EventKind::expired:
      case EventKind::told:
      case EventKind::command:
      case EventKind::changed: break;
    }
  }

  /// Exactly the prefix that the sampler had seen when it was asked.
  void show(std::int64_t seen) {
    while (!unseen_.empty() && unseen_.front().first <= seen) {
      sampler_->observe(unseen_.front().second);
      unseen_.pop_front();
    }
  }

  void compare_suggestion(const Event& event, std::int64_t seen, const std::optional<Assignment>& recorded) {
    show(seen);
    auto replayed = sampler_->propose(event.trial);
    if (recorded && replayed) take_computed(*recorded, *replayed);
    expect(event, fmt::format("suggestion for trial {}", event.trial), text_of(recorded), text_of(replayed));
  }

  /// The functions of computed parameters are the program's own and not here: what they gave is taken as it is.
  void take_computed(const Assignment& recorded, Assignment& replayed) const {
    for (const Parameter& parameter : sweep_.spec().space.parameters()) {
      if (!std::holds_alternative<Computed>(parameter.domain)) continue;
      if (const Value* value = recorded.find(parameter.name())) replayed.set(parameter.name(), *value);
    }
  }

  void compare_draw(const Event& event, const event::Drawn& drawn) {
    show(drawn.seen);
    const auto& [name, value] = drawn.params.entries().front();
    const std::string what = fmt::format("{} of trial {}", name, event.trial);
    const auto domain = recorded_domain(event.text);
    expect(event, what, value.dump(),
           domain ? sampler_->draw(event.trial, name, *domain).dump() : domain.error().message);
  }

  void compare_start(const Event& event, std::optional<Step> from_step) {
    const Event* due = due_at(event, from_step);
    expect(event, "trial to start", fmt::format("trial {}, attempt {}", event.trial, event.attempt),
           due == nullptr ? "none" : fmt::format("trial {}, attempt {}", due->trial, due->attempt));
  }

  void compare_report(const Event& event, const event::Reported& reported) {
    const auto judged = sweep_.on_report({event.trial, event.attempt, reported.step, reported.metrics}, event.time);
    const std::string what = fmt::format("verdict of trial {} at step {}", event.trial, reported.step);
    const std::string recorded = text_of(reported, event.state);
    if (!judged) return expect(event, what, recorded, judged.error().message);
    if (judged->events.empty()) return expect(event, what, recorded, "a repeat");
    const Event& again = judged->events.front();
    expect(event, what, recorded, text_of(*again.as<event::Reported>(), again.state));
  }

  void compare_end(const Event& event) {
    const auto* errored = event.as<event::Errored>();
    const auto decide = errored == nullptr       ? &Sweep::on_lost
                        : errored->out_of_memory ? &Sweep::on_out_of_memory
                                                 : &Sweep::on_error;
    const auto events = (sweep_.*decide)(event.trial, event.attempt, event.text, event.time);
    const bool same_shape = events && !events->empty();  // a pause of the sweep may follow
    expect(event, fmt::format("what becomes of trial {}", event.trial), std::string(to_string(event.state)),
           same_shape ? std::string(to_string(events->front().state)) : "nothing");
  }

  void compare_pause(const Event& event, std::optional<Step> checkpoint) {
    const auto events = sweep_.on_paused(event.trial, event.attempt, checkpoint, event.time);
    expect(event, fmt::format("pause of trial {}", event.trial), std::string(to_string(event.state)),
           events && !events->empty() ? std::string(to_string(events->front().state)) : "no pause was due");
  }

  /// Of the scheduler's, among its paused trials.
  void compare_choice(const Event& event, std::string what) {
    const Event* due = due_at(event);
    expect(event, std::move(what), fmt::format("trial {}", event.trial),
           due == nullptr ? "none" : fmt::format("trial {}", due->trial));
  }

  void compare_exploit(const Event& event, const event::Exploited& recorded) {
    const auto text = [](TrialId trial, const event::Exploited& what) {
      return fmt::format("trial {} from step {} of trial {} with {}", trial, what.from_step.value_or(-1), what.donor,
                         what.params.to_json().dump());
    };
    const Event* due = due_at(event, recorded.from_step);
    std::optional<event::Exploited> again;
    if (due != nullptr) again = *due->as<event::Exploited>();
    // A function of the program's has changed them, and isn't here.
    if (again && !explore_functions(sweep_.spec()).empty()) again->params = recorded.params;
    expect(event, "trial to exploit another", text(event.trial, recorded), again ? text(due->trial, *again) : "none");
  }

  void compare_finish(const Event& event) {
    const Event* due = due_at(event);
    expect(event, "end of the sweep", event.text, due == nullptr ? "the sweep goes on" : due->text);
  }

  /// The event of this one's kind that a move would begin with now; null: the next move is another. Which checkpoints
  /// there were is known from the events alone.
  [[nodiscard]] const Event* due_at(const Event& event, std::optional<Step> from_step = std::nullopt) {
    move_ = next_move(
        sweep_, 0, [&](const Trial&, Step) { return from_step; }, event.time);
    return move_.events.empty() || move_.events.front().kind() != event.kind() ? nullptr : &move_.events.front();
  }

  void expect(const Event& event, std::string what, std::string recorded, std::string replayed) {
    ++outcome.decisions;
    if (recorded == replayed || outcome.difference) return;
    outcome.difference = Difference{event.seq, std::move(what), std::move(recorded), std::move(replayed)};
  }

  Sweep sweep_;
  std::unique_ptr<Sampler> sampler_;
  std::deque<std::pair<std::int64_t, Observation>> unseen_;
  Move move_;
};

}  // namespace

Result<ReplayOutcome> replay(const std::filesystem::path& root) {
  auto dir = RunDir::open(root);
  if (!dir) return fail(dir.error());
  auto ledger = open_to_read(*dir);
  if (!ledger) return fail(ledger.error());
  std::optional<Replay> replay;
  std::optional<Error> error;
  const auto read = ledger->read(0, [&](const Event& event) {
    if (error || (replay && replay->outcome.difference)) return;
    if (!replay) {
      auto fresh = fresh_from(event, root);
      if (!fresh) {
        error = fresh.error();
        return;
      }
      replay.emplace(std::move(*fresh));
    }
    if (const auto stepped = replay->step(event); !stepped) error = stepped.error();
  });
  if (!read) return fail(read.error());
  if (error) return fail(*error);
  if (!replay) return holds_no_run(root);
  return std::move(replay->outcome);
}

}  // namespace winnow

#include <winnow/engine/desk.hpp>

#include <caf/send.hpp>
#include <utility>

#include <winnow/base/catching.hpp>

namespace winnow {
namespace {

constexpr std::chrono::milliseconds kTick{500};

Error closed() {
  return {errc::cancelled, "the sweep is closed at the moment; send it again"};
}

}  // namespace

void desk_state::init(std::shared_ptr<AskTell> the_desk, DeskConfig the_config) {
  desk = std::move(the_desk);
  config = std::move(the_config);
  asked_at_ = config.steady();
  self->delayed_send(self, kTick, ClockTick{});
}

void desk_state::on_requests(const AskTellRequests& asked) {
  std::vector<Result<OrderedJson>> answers;
  answers.reserve(asked.requests.size());
  for (const Value& request : asked.requests) {
    answers.push_back(ended_ ? fail(closed()) : catching(errc::internal, [&] { return desk->answer(request); }));
  }
  if (ended_) return asked.answered(std::move(answers));
  asked_at_ = config.steady();
  when_saved([answered = asked.answered, answers = std::move(answers)](const Result<void>& saved) mutable {
    if (!saved) {
      for (auto& answer : answers) answer = fail(saved.error());
    }
    answered(std::move(answers));
  });
}

caf::result<Answer> desk_state::on_command(const Command& command) {
  if (ended_) return Answer{Verdict::stop, closed(), 0};
  auto asker = self->make_response_promise<Answer>();
  auto done = desk->command(command.verb, command.trial, command.why);
  when_saved([asker, done = std::move(done)](const Result<void>& saved) mutable {
    const Result<void>& came = saved ? done : saved;
    asker.deliver(Answer{Verdict::go_on, came ? std::nullopt : std::optional(came.error()), 0});
  });
  return asker;
}

void desk_state::when_saved(Release release) {
  waiting_.push_back(std::move(release));
  if (waiting_.size() == 1) self->send(self, Commit{});  // stands behind the requests that have come in already
}

Result<void> desk_state::save() {
  return catching(errc::io, [&] {
    auto finished = desk->finish_if_done();
    return finished ? desk->save() : finished;
  });
}

void desk_state::on_commit() {
  const auto saved = save();
  for (const Release& release : std::exchange(waiting_, {})) release(saved);
  if (!saved) end({"its ledger can't be written", false, saved.error()});
}

void desk_state::on_tick() {
  if (ended_) return;
  self->delayed_send(self, kTick, ClockTick{});
  const auto ticked = catching(errc::internal, [&] { return desk->tick(); });
  if (!ticked) return end({"it failed", false, ticked.error()});
  if (waiting_.empty()) when_saved([](const Result<void>&) {});
  const Sweep& sweep = desk->session().sweep;
  const bool rests = sweep.finished() || sweep.on_hold();
  const double patience = rests ? config.patience_at_rest : config.patience;
  if (sweep.counts().running == 0 && config.steady() - asked_at_ >= patience) end({"nobody asks", true, std::nullopt});
}

void desk_state::end(SweepEnded how) {
  if (std::exchange(ended_, true)) return;
  const auto saved = how.error ? Result<void>() : save();
  for (const Release& release : std::exchange(waiting_, {})) release(how.error ? fail(*how.error) : saved);
  if (!saved) how = {"its ledger can't be written", false, saved.error()};
  if (config.listener) caf::anon_send(config.listener, std::move(how));
}

Snapshot desk_state::snapshot() const {
  return snapshot_of(desk->session().sweep, desk->running());
}

desk_actor::behavior_type desk(desk_actor::stateful_pointer<desk_state> self, std::shared_ptr<AskTell> core,
                               DeskConfig config) {
  self->state.init(std::move(core), std::move(config));
  auto* state = &self->state;
  return {
      [state](const AskTellRequests& asked) { state->on_requests(asked); },
      [state](const Command& command) { return state->on_command(command); },
      [state](Interrupt) {
        state->end({"interrupted", true, std::nullopt});
      },
      [state](const ChangeWants& change) { state->desk->allow(change.wants.up_to); },
      [state](const LetStart& start) { state->desk->let_start(start.on); },
      [state](GetSnapshot) { return state->snapshot(); },
      [state](Commit) { state->on_commit(); },
      [state](ClockTick) { state->on_tick(); },
  };
}

}  // namespace winnow

/// The ask/tell core over one session, synchronous: what `winnow asktell` speaks as JSON lines, and later fronts call.
///
///     {"op":"ask"}                                      {"trial":0,"params":{…}}, {"wait":true} or {"done":true}
///     {"op":"report","trial":0,"step":1,"metrics":{…}}  {"verdict":"continue"|"stop"|"pause"}
///     {"op":"tell","trial":0,"state":"complete"|"failed","metrics":{…}}   {"ok":true}
///     {"op":"suggest","trial":0,"name":"lr","distribution":{…}}           {"value":0.01}
///     {"op":"best"}                                     {"trial":…,"params":{…},"value":…}
///     anything else                                     {"error":"…"}, and nothing has changed
///
/// A trial that had started before is handed out with "attempt" and "last_step" besides, one that is promoted with
/// "resume_from_step": the client goes on from its own checkpoint of that step. {"wait":true}: nothing may start before
/// a report. After "pause" the client keeps a checkpoint of that step and asks for another trial.
/// "suggest" draws a parameter that turns up while the trial runs (define-by-run), by an Optuna distribution; the same
/// name has the same value again, for a later attempt too.
/// `step`, `attempt` and tell's `metrics` may be left out. Every answer leaves after its record is durable.
#pragma once

#include <string_view>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/session/session.hpp>
#include <winnow/sweep/sequencer.hpp>

namespace winnow {

/// A client and its sweep. Used by one thread at a time.
class AskTell {
public:
  explicit AskTell(Session session) : session_(std::move(session)) {}

  /// One request line to one answer.
  OrderedJson handle(std::string_view line);

  /// The client has left: open trials are queued for the next one. Fails with `io` if the ledger can't be written.
  Result<void> close();

  [[nodiscard]] const Session& session() const { return session_; }

private:
  Result<OrderedJson> answer(const Value& request);
  Result<OrderedJson> ask();
  [[nodiscard]] OrderedJson start(const StartAttemptOf& attempt) const;
  Result<OrderedJson> report(const Value& request);
  Result<OrderedJson> suggest(const Value& request);
  Result<OrderedJson> tell(const Value& request);
  Result<OrderedJson> best() const;
  Result<void> commit(std::vector<Event> events);

  Session session_;
  double opened_ = steady_clock();
};

}  // namespace winnow

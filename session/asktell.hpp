/// The ask/tell core over one session: what `winnow asktell` speaks as JSON lines, and `winnowd` over HTTP
/// (docs/semantics.md, "Ask and tell").
///
///     {"op":"ask"}                                      {"trial":0,"params":{…}}, {"wait":true} or {"done":true}
///     {"op":"report","trial":0,"step":1,"metrics":{…}}  {"verdict":"continue"|"stop"|"pause"}
///     {"op":"tell","trial":0,"state":"complete"|"failed","metrics":{…}}   {"ok":true}
///     {"op":"suggest","trial":0,"name":"lr","distribution":{…}}           {"value":0.01}
///     {"op":"heartbeat","trial":0}                      {"verdict":"continue"|"stop"}
///     {"op":"best"}                                     {"trial":…,"params":{…},"value":…}
///     anything else                                     {"error":"…"}, and nothing has changed
///
/// A trial that had started before is handed out with "attempt" and "last_step" besides, one that is promoted with
/// "resume_from_step": the client goes on from its own checkpoint of that step. {"wait":true}: nothing may start before
/// a report. After "pause" the client keeps a checkpoint of that step and asks for another trial.
/// "suggest" draws a parameter that turns up while the trial runs (define-by-run), by an Optuna distribution; the same
/// name has the same value again, for a later attempt too.
/// An ask may carry a "key" of the client's: with the same key it gets the same trial again, while that runs.
/// A trial that is told to be complete without a value of the metric that is judged is answered with
/// "absent":["loss"] besides.
/// `step`, `attempt` and tell's `metrics` may be left out. Every answer leaves after its record is durable.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/base/session_clock.hpp>
#include <winnow/session/session.hpp>
#include <winnow/sweep/sequencer.hpp>

namespace winnow {

/// The clients of a sweep, and the sweep. Used by one thread at a time.
class AskTell {
public:
  /// For one client: each answer is durable.
  explicit AskTell(Session session);
  /// For many: what is answered is durable only with the next `save`, one transaction for all. Trials that run are
  /// still their clients' (rejoin_session). Fails with what reading the ledger meets.
  static Result<AskTell> of_many(Session session);

  /// One request line to one answer.
  OrderedJson handle(std::string_view line);
  /// The same for a request that is JSON already. Fails with the error's code: nothing has changed.
  Result<OrderedJson> answer(const Value& request);
  /// Where it fails this object is at its end: it holds what the ledger doesn't.
  Result<void> save();

  /// A person's; as Sweep::on_command.
  Result<void> command(CommandVerb verb, std::optional<TrialId> trial, const std::string& why);
  /// At most so many trials run at a time; 0: as many as are asked for.
  void allow(std::int64_t trials) { allowed_ = trials; }
  /// Whether any may start.
  void let_start(bool on) { may_start_ = on; }
  /// What time alone brings about: a budget is used up; trials of which nothing was heard for `trial.report_timeout`
  /// (after a `stop --now`: for `trial.grace`) are lost.
  Result<void> tick();
  /// The sweep ends where nothing runs or may start any more, without waiting for an ask.
  Result<void> finish_if_done();

  /// The client has left: open trials are queued for the next one. Fails with `io` if the ledger can't be written.
  Result<void> close();

  [[nodiscard]] const Session& session() const { return session_; }
  /// Seconds that the sweep's session has lasted, as far as it was open here or something happened.
  [[nodiscard]] double running() const { return before_ + steady_clock() - opened_; }

private:
  Result<OrderedJson> ask(const Value& request);
  /// The client with this key has this attempt, and asks for it again. Empty key: no.
  [[nodiscard]] const StartAttemptOf* handed_out(const std::string& key) const;
  void hand_out(const StartAttemptOf& attempt, const std::string& key);
  [[nodiscard]] OrderedJson start(const StartAttemptOf& attempt) const;
  Result<OrderedJson> report(const Value& request);
  Result<OrderedJson> suggest(const Value& request);
  Result<OrderedJson> heartbeat(const Value& request);
  Result<OrderedJson> tell(const Value& request);
  Result<OrderedJson> best() const;
  Result<void> commit(std::vector<Event> events);
  Result<void> commit_decided(Result<std::vector<Event>> events);
  Result<void> look_at_clock(double now);
  Result<void> lose_silent();
  void hear(TrialId trial);

  Session session_;
  SessionClock now_{};  ///< the times of its events
  double opened_ = steady_clock();
  double before_ = 0;  ///< seconds that its session had when it was taken up
  bool together_ = false;
  std::vector<Event> unsaved_;  ///< folded, not yet written
  std::int64_t allowed_ = 0;
  bool may_start_ = true;
  std::map<std::string, StartAttemptOf, std::less<>> handed_;  ///< by key
  std::map<TrialId, double> heard_;                            ///< of running trials: when, by the steady clock
};

}  // namespace winnow

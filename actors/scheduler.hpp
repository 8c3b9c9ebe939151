/// The sequencer of one sweep. It owns the sweep value, asks it for every decision, appends the events, and answers
/// when they are durable. It holds no rule of its own.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <winnow/actors/handles.hpp>
#include <winnow/actors/job.hpp>
#include <winnow/storage/checkpoints.hpp>
#include <winnow/sweep/sequencer.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

struct SchedulerConfig {
  std::function<double()> now;     ///< seconds since 1970: the times of events
  std::function<double()> steady;  ///< seconds on a clock that nobody sets: what the wall budget is measured by
  /// The checkpoint a trial goes on from: the newest at or below the step, as far as is known without opening a file;
  /// the slot looks at its bytes. May be empty.
  std::function<std::optional<Step>(TrialId, Step)> checkpoint;
  /// Exempts a checkpoint from retention that another trial may go on from. May be empty.
  std::function<CheckpointStore::Pin(TrialId, Step)> pin_for_others;
  /// Whether a trial that pauses at its next report goes on from there, as far as is known: it has saved something
  /// before. May be empty: none does.
  std::function<bool(TrialId)> can_go_on;
  bool sampler_learns = false;             ///< send it observations
  std::shared_ptr<const AppendFn> ledger;  ///< what the storage writes into
  fleet_actor fleet;                       ///< whose slots it uses
  Wants wants;                             ///< of the fleet, while there is something to start
  std::shared_ptr<const Job> job;
  caf::actor listener;  ///< gets SweepEnded; may be null
};

struct scheduler_state {
  static inline const char* name = "winnow.scheduler";

  explicit scheduler_state(scheduler_actor::pointer self_pointer) : self(self_pointer) {}
  void init(Sweep sweep, SchedulerConfig config, sampler_actor sampler, storage_actor storage);

  void on_grant(const Grant& grant);
  void on_slot_free(const SlotFree& slot);
  void on_slot_lost(const SlotLost& slot);
  void on_no_slots(const NoSlots& none);
  void on_yield();
  caf::result<Answer> on_report(const Report& report);
  caf::result<Answer> on_reports(const Reports& reports);
  caf::result<Drawn> on_draw_value(const DrawValue& wanted);
  caf::result<Answer> on_attempt_ended(const AttemptEnded& ended);
  caf::result<Answer> on_attempt_paused(const AttemptPaused& paused);
  caf::result<Answer> on_command(const Command& command);
  void on_subscribe(const caf::actor& subscriber);
  void on_down(const caf::down_msg& down);  ///< of a subscriber, the sampler or the storage
  void on_suggestion(const Suggestion& suggestion);
  void on_sampler_timeout(const SamplerTimeout& timeout);
  void on_durable(std::int64_t seq);
  /// Ends the sweep: nothing more is recorded, and what isn't durable is never acknowledged.
  void give_up(Error why);
  void on_clock();
  void on_tick();
  void interrupt();
  /// Does what is to be done next, as far as there are slots.
  void dispatch();
  [[nodiscard]] Snapshot snapshot() const;

  scheduler_actor::pointer self;
  std::optional<Sweep> sweep;
  SchedulerConfig config;
  sampler_actor sampler;
  storage_actor storage;

private:
  /// Rows of a snapshot.
  static constexpr std::size_t kRowsShown = 40;

  using SlotId = std::uint64_t;  ///< its trainer's actor id
  struct Running {
    TrialId trial;
    Attempt attempt;
    trainer_actor trainer;
  };
  /// The answer to a trial's newest report, or reports: on its way, or lost.
  struct Answered {
    Attempt attempt = 0;
    Answer answer{};
  };
  /// What happens when event `seq` is durable: an answer, or something else.
  struct Waiting {
    std::int64_t seq = 0;
    std::optional<caf::typed_response_promise<Answer>> asker;
    Answer answer;
    std::function<void()> release;
  };

  /// Commits the events (Sweep::commit), gathers them for storage, and runs `release` when they are durable. No events:
  /// when all earlier ones are.
  void commit(std::vector<Event> events, std::function<void()> release = {});
  void commit(std::vector<Event> events, Waiting waiting);
  /// Every handler's last act: sends storage what `commit` has gathered, unless a transaction is under way. What
  /// happens meanwhile makes up the next one (group commit).
  void append();
  void on_folded(Event& event);
  /// `what` when the events are durable, and all before them: a refusal too may speak of what isn't durable yet.
  caf::result<Answer> answer(std::vector<Event> events, Answer what);
  caf::result<Answer> answer(Result<std::vector<Event>> events, Verdict verdict, std::int64_t question);
  [[nodiscard]] Result<std::vector<Event>> events_of(const AttemptEnded& ended, double now) const;
  /// A slot is free or gone: what it ran has ended, else it is lost.
  void end_running(SlotId slot, const std::string& why);
  /// Records what the sampler drew, unless the trial has left or has a value by now, and delivers what stands.
  void on_drawn(const DrawValue& wanted, std::int64_t seen, Result<Value> value,
                caf::typed_response_promise<Drawn> asker);
  /// The value, or why there is none, when the events are durable, and all before them.
  void deliver(std::vector<Event> events, Result<Value> value, caf::typed_response_promise<Drawn> asker);
  [[nodiscard]] const Answer* answered_before(TrialId trial, Attempt attempt, std::int64_t question) const;
  void fill_slots();
  [[nodiscard]] Needs needs(bool alone) const;
  [[nodiscard]] std::int64_t in_hand(const Needs& needs) const;
  std::optional<Grant> take_in_hand(const Needs& needs);
  /// Tells the fleet whether `more` slots are wanted, and what the next trial needs; and gives those back that nothing
  /// will start in.
  void settle(bool more, const Needs& next);
  /// What runs leaves after its slice, and what is about to start after its first.
  void drain_running();
  /// The trial is to give its slot back at this report: told to pause before it is judged, and to go on after it, in
  /// one transaction; so it is queued again as soon as it has paused. False: it needn't.
  bool begin_yield(TrialId trial);
  void end_yield(TrialId trial);
  /// Before it has begun: it will at resume.
  void call_off(const Grant& slot);
  void finish(std::vector<Event> events, const std::string& why);
  void ask_for(const AskSampler& asked);
  /// One slow timer for all questions to the sampler: one for each costs more than the suggestion.
  void expect_suggestion();
  void start(const StartAttemptOf& attempt, std::vector<Event> events, const Grant& slot);
  [[nodiscard]] CheckpointOf checkpoint_of() const;
  /// Keeps the checkpoints that another trial goes on from, or may; after each event about the trial.
  void pin_for_others(const Trial& trial);
  void publish();
  void end(SweepEnded message);
  /// Seconds since this session was opened.
  [[nodiscard]] double running() const;
  void arm_clock();

  std::deque<Grant> in_hand_;  ///< slots that nothing has started in
  std::map<SlotId, Running> running_;
  Wants said_;                  ///< to the fleet, last
  std::set<TrialId> yielding_;  ///< give their slots back at their next reports
  std::map<TrialId, Answered> answered_;
  std::map<TrialId, CheckpointStore::Pin> lent_;       ///< what others may go on from, by whose it is
  std::map<TrialId, CheckpointStore::Pin> inherited_;  ///< what a trial is about to go on from, by who goes on
  std::deque<Waiting> waiting_;
  std::vector<Event> unsent_;  ///< folded, not yet sent to storage
  std::vector<caf::actor> subscribers_;
  std::deque<Event> news_;  ///< for them: folded, not yet durable
  std::deque<TrialId> recently_ended_;
  std::int64_t asked_ = 0;        ///< suggestions on their way
  std::int64_t suggestions_ = 0;  ///< that have come
  bool awaiting_suggestions_ = false;
  std::int64_t sent_seq_ = 0;
  std::int64_t durable_seq_ = 0;
  double opened_ = 0;  ///< by the steady clock
  bool interrupted_ = false;
  bool drained_ = false;
  bool ending_ = false;  ///< nothing starts any more
  bool failed_ = false;  ///< nothing is recorded any more
  bool ended_ = false;   ///< the listener knows
};

/// The sweep must have its first events folded (recovered from the ledger, the `opened` of this session included).
scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         std::shared_ptr<Sweep> sweep, SchedulerConfig config, sampler_actor sampler,
                                         storage_actor storage);

}  // namespace winnow

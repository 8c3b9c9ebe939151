/// The sequencer of one sweep. It owns the sweep value, asks it for every decision, appends the events, and answers
/// when they are durable. It holds no rule of its own.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <winnow/actors/handles.hpp>
#include <winnow/sweep/sweep.hpp>

namespace winnow {

struct SchedulerConfig {
  std::function<double()> now;  ///< seconds since 1970
  /// The checkpoint a trial goes on from: the newest at or below the step, as far as is known without opening a file;
  /// the slot looks at its bytes. May be empty.
  std::function<std::optional<Step>(TrialId, Step)> checkpoint;
  bool sampler_learns = false;  ///< send it observations
  caf::actor listener;          ///< gets SweepEnded; may be null
};

struct scheduler_state {
  static inline const char* name = "winnow.scheduler";

  explicit scheduler_state(scheduler_actor::pointer self_pointer) : self(self_pointer) {}
  void init(Sweep sweep, SchedulerConfig config, sampler_actor sampler, storage_actor storage);

  void on_slot_free(const SlotFree& slot);
  void on_slot_lost(const SlotLost& slot);
  caf::result<Answer> on_report(const Report& report);
  caf::result<Answer> on_reports(const Reports& reports);
  caf::result<Drawn> on_draw_value(const DrawValue& wanted);
  caf::result<Answer> on_attempt_ended(const AttemptEnded& ended);
  caf::result<Answer> on_attempt_paused(const AttemptPaused& paused);
  caf::result<Answer> on_command(const Command& command);
  void on_subscribe(const caf::actor& subscriber);
  void on_down(const caf::down_msg& down);  ///< of a subscriber or the sampler
  void on_suggestion(const Suggestion& suggestion);
  void on_sampler_timeout(const SamplerTimeout& timeout);
  void on_durable(std::int64_t seq);
  void on_storage_failed(const std::string& why);
  void on_clock();
  void interrupt();
  [[nodiscard]] Snapshot snapshot() const;

  scheduler_actor::pointer self;
  std::optional<Sweep> sweep;
  SchedulerConfig config;
  sampler_actor sampler;
  storage_actor storage;

private:
  /// Rows of a snapshot.
  static constexpr std::size_t kRowsShown = 40;

  struct Running {
    TrialId trial;
    Attempt attempt;
  };
  /// What happens when event `seq` is durable: an answer, or something else.
  struct Waiting {
    std::int64_t seq = 0;
    std::optional<caf::typed_response_promise<Answer>> asker;
    Answer answer;
    std::function<void()> release;
  };

  /// Folds the events, gathers them for storage, and runs `release` when they are durable. No events: when all earlier
  /// ones are.
  void commit(std::vector<Event> events, std::function<void()> release = {});
  void commit(std::vector<Event> events, Waiting waiting);
  /// Every handler's last act: sends storage what `commit` has gathered, unless a transaction is under way. What
  /// happens meanwhile makes up the next one (group commit).
  void append();
  /// `what` when the events are durable, and all before them.
  caf::result<Answer> answer(std::vector<Event> events, Answer what);
  /// Records what the sampler drew, unless the trial has left or has a value by now, and delivers what stands.
  void on_drawn(const DrawValue& wanted, Value value, caf::typed_response_promise<Drawn> asker);
  /// The value when the events are durable, and all before them.
  void deliver(std::vector<Event> events, Value value, caf::typed_response_promise<Drawn> asker);
  void dispatch();
  void fill_slots();
  void finish(const std::string& why);
  void ask_for(TrialId trial);
  /// One slow timer for all questions to the sampler: one for each costs more than the suggestion.
  void expect_suggestion();
  trainer_actor take_idle();
  /// `before`: what makes the start right, recorded with it.
  void start(TrialId trial, trainer_actor trainer, std::vector<Event> before = {});
  /// For a trial that was told to pause and was lost before it did: if it has a checkpoint it needs no slot.
  bool pause_without_running(TrialId trial);
  [[nodiscard]] std::optional<Step> checkpoint_of(const Trial& trial) const;
  void publish();
  void end(SweepEnded message);

  std::map<caf::actor_addr, trainer_actor> idle_;  ///< the one that was spawned first goes first
  std::map<caf::actor_addr, Running> running_;
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
  bool interrupted_ = false;
  bool ending_ = false;
};

/// The sweep must have its first events folded (recovered from the ledger, the `opened` of this session included).
scheduler_actor::behavior_type scheduler(scheduler_actor::stateful_pointer<scheduler_state> self,
                                         std::shared_ptr<Sweep> sweep, SchedulerConfig config, sampler_actor sampler,
                                         storage_actor storage);

}  // namespace winnow

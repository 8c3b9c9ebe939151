/// What others see of the sequencer: snapshots, and news for subscribers.
#include <algorithm>
#include <caf/send.hpp>
#include <utility>

#include <winnow/actors/scheduler.hpp>

namespace winnow {

void scheduler_state::on_subscribe(const caf::actor& subscriber) {
  if (!subscriber) return;
  subscribers_.push_back(subscriber);
  self->monitor(subscriber);
}

void scheduler_state::on_down(const caf::down_msg& down) {
  std::erase_if(subscribers_, [&](const caf::actor& s) { return s.address() == down.source; });
  if (ended_ || down.reason == caf::exit_reason::user_shutdown) return;
  if (down.source == storage.address()) give_up({errc::io, "the storage failed: " + to_string(down.reason)});
  if (down.source == sampler.address() && !ending_)
    give_up({errc::internal, "the sampler failed: " + to_string(down.reason)});
}

void scheduler_state::publish() {
  SweepNews news;
  for (; !news_.empty() && news_.front().seq <= durable_seq_; news_.pop_front()) {
    news.events.push_back(std::move(news_.front()));
  }
  if (news.events.empty()) return;
  for (const caf::actor& subscriber : subscribers_) caf::anon_send(subscriber, news);
}

Snapshot scheduler_state::snapshot() const {
  Snapshot snapshot = snapshot_of(*sweep, running());
  snapshot.durable_seq = durable_seq_;
  const auto add = [&](TrialId number) {
    const Trial& trial = *sweep->find(number);
    snapshot.rows.push_back({trial.number, trial.state, trial.params, trial.furthest, trial.rung, trial.attempt,
                             trial_value(*sweep, trial), trial.reason});
  };
  for (const auto& [slot, running] : running_) {
    if (snapshot.rows.size() < kRowsShown && !has_ended(sweep->find(running.trial)->state)) add(running.trial);
  }
  std::sort(snapshot.rows.begin(), snapshot.rows.end(),
            [](const TrialRow& a, const TrialRow& b) { return a.trial < b.trial; });
  for (const TrialId trial : recently_ended_) {
    if (snapshot.rows.size() < kRowsShown) add(trial);
  }
  return snapshot;
}

}  // namespace winnow

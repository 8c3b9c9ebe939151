#include <winnow/engine/own_stopper.hpp>

#include <utility>

#include <caf/send.hpp>

namespace winnow {

void OwnStopper::hear(const Event& event) {
  if (event.as<event::Reported>() == nullptr || event.state != TrialState::running) return;
  const StopOrder order = stop_when_(event);
  if (order == StopOrder::none) return;
  Command stop{CommandVerb::stop, std::nullopt, "stop_when"};
  if (order == StopOrder::trial) stop.trial = event.trial;
  const std::lock_guard lock(mutex_);
  if (scheduler_) return caf::anon_send(*scheduler_, std::move(stop));
  early_.push_back(std::move(stop));
}

void OwnStopper::command(const scheduler_actor& scheduler) {
  const std::lock_guard lock(mutex_);
  for (Command& stop : early_) caf::anon_send(scheduler, std::move(stop));
  early_.clear();
  scheduler_ = scheduler;
}

}  // namespace winnow

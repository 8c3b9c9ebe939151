/// The actor around a sampler: it suggests without ever blocking the sequencer.
///
/// One that learns may compute for long, so it has a thread of its own, which CAF doesn't own: if it is still computing
/// when the sweep ends it is given up, as a trial's slice that never returns.
#pragma once

#include <atomic>
#include <deque>
#include <memory>

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <winnow/actors/handles.hpp>
#include <winnow/actors/slot_thread.hpp>

namespace winnow {

struct sampler_state {
  static inline const char* name = "winnow.sampler";
  /// Where the thread's answers go, until the actor is gone.
  struct Outbox;

  explicit sampler_state(computing_sampler_actor::pointer self_pointer) : self(self_pointer) {}
  ~sampler_state();
  sampler_state(const sampler_state&) = delete;
  sampler_state& operator=(const sampler_state&) = delete;

  void init(std::shared_ptr<Sampler> sampler, std::shared_ptr<std::atomic<int>> abandoned);
  caf::result<Suggestion> suggest(const Suggest& ask);
  caf::result<Drawn> draw(const Draw& ask);
  void observe(const Observe& news);
  void on_computed(SamplerComputed computed);

  computing_sampler_actor::pointer self;

private:
  /// On the thread; `job` gives what to send, or nothing.
  template <class Job>
  void compute(Job job);

  std::shared_ptr<Sampler> sampler_;
  std::shared_ptr<Outbox> outbox_;                                  ///< none: it answers at once
  std::unique_ptr<SlotThread> thread_;                              ///< from the first job on
  std::deque<caf::typed_response_promise<Suggestion>> suggesting_;  ///< what the thread was asked, in its order
  std::deque<caf::typed_response_promise<Drawn>> drawing_;
  std::shared_ptr<std::atomic<int>> abandoned_;
};

/// `abandoned` counts threads that were given up; may be null.
computing_sampler_actor::behavior_type sampler(computing_sampler_actor::stateful_pointer<sampler_state> self,
                                               std::shared_ptr<Sampler> sampler,
                                               std::shared_ptr<std::atomic<int>> abandoned);

}  // namespace winnow

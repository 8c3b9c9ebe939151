#include <winnow/actors/sampler.hpp>

#include <exception>
#include <mutex>
#include <utility>

#include <caf/send.hpp>

namespace winnow {

struct sampler_state::Outbox {
  std::mutex mutex;
  caf::actor_addr actor;  ///< none: it is gone
  int jobs = 0;           ///< not done yet
};

sampler_state::~sampler_state() {
  if (!outbox_) return;
  bool computing = false;
  {
    const std::lock_guard lock(outbox_->mutex);
    outbox_->actor = nullptr;
    computing = outbox_->jobs > 0;
  }
  if (!computing) return;
  thread_->abandon();
  if (abandoned_) ++*abandoned_;
}

void sampler_state::init(std::shared_ptr<Sampler> sampler, std::shared_ptr<std::atomic<int>> abandoned) {
  sampler_ = std::move(sampler);
  abandoned_ = std::move(abandoned);
  if (!sampler_->learns()) return;
  outbox_ = std::make_shared<Outbox>();
  outbox_->actor = caf::actor_addr(self->address());
}

template <class Job>
void sampler_state::compute(Job job) {
  if (!thread_) {
    auto made = make_slot_thread();
    if (!made) return self->quit(caf::make_error(caf::sec::runtime_error, made.error().message));
    thread_ = std::move(*made);
  }
  {
    const std::lock_guard lock(outbox_->mutex);
    ++outbox_->jobs;
  }
  thread_->post([outbox = outbox_, sampler = sampler_, job = std::move(job)] {
    {
      const std::lock_guard lock(outbox->mutex);
      if (outbox->actor == nullptr) return;  // given up: what still waits is not for anybody
    }
    SamplerComputed computed;
    try {
      computed.what = job(*sampler);
    } catch (const std::exception& e) {
      computed.what = Error{errc::internal, e.what()};
    } catch (...) {
      computed.what = Error{errc::internal, "an exception of no known type"};
    }
    const std::lock_guard lock(outbox->mutex);
    --outbox->jobs;
    const auto actor = caf::actor_cast<computing_sampler_actor>(outbox->actor);
    if (actor) caf::anon_send(actor, std::move(computed));
  });
}

caf::result<Suggestion> sampler_state::suggest(const Suggest& ask) {
  if (!outbox_) return Suggestion{ask.trial, sampler_->propose(ask.trial), ask.seen};
  suggesting_.push_back(self->make_response_promise<Suggestion>());
  compute([ask](Sampler& sampler) { return Suggestion{ask.trial, sampler.propose(ask.trial), ask.seen}; });
  return suggesting_.back();
}

caf::result<Drawn> sampler_state::draw(const Draw& ask) {
  if (!outbox_) return Drawn{sampler_->draw(ask.trial, ask.name, ask.domain)};
  drawing_.push_back(self->make_response_promise<Drawn>());
  compute([ask](Sampler& sampler) { return Drawn{sampler.draw(ask.trial, ask.name, ask.domain)}; });
  return drawing_.back();
}

void sampler_state::observe(const Observe& news) {
  if (!outbox_) return sampler_->observe(news.observation);
  compute([news](Sampler& sampler) {
    sampler.observe(news.observation);
    return std::monostate();
  });
}

void sampler_state::on_computed(SamplerComputed computed) {
  const auto deliver = [](auto& promises, auto what) {
    promises.front().deliver(std::move(what));
    promises.pop_front();
  };
  if (auto* suggestion = std::get_if<Suggestion>(&computed.what)) deliver(suggesting_, std::move(*suggestion));
  if (auto* drawn = std::get_if<Drawn>(&computed.what)) deliver(drawing_, std::move(*drawn));
  if (const auto* error = std::get_if<Error>(&computed.what)) {
    self->quit(caf::make_error(caf::sec::runtime_error, error->message));
  }
}

computing_sampler_actor::behavior_type sampler(computing_sampler_actor::stateful_pointer<sampler_state> self,
                                               std::shared_ptr<Sampler> sampler,
                                               std::shared_ptr<std::atomic<int>> abandoned) {
  auto* state = &self->state;
  state->init(std::move(sampler), std::move(abandoned));
  return {
      [state](const Suggest& ask) { return state->suggest(ask); },
      [state](const Draw& ask) { return state->draw(ask); },
      [state](const Observe& news) { state->observe(news); },
      [state](SamplerComputed& computed) { state->on_computed(std::move(computed)); },
  };
}

}  // namespace winnow

#include <winnow/actors/sampler.hpp>

namespace winnow {

sampler_actor::behavior_type sampler(sampler_actor::stateful_pointer<sampler_state> self,
                                     std::shared_ptr<std::unique_ptr<Sampler>> sampler) {
  self->state.sampler = std::move(*sampler);
  return {
      [self](const Suggest& ask) {
        return Suggestion{ask.trial, self->state.sampler->propose(ask.trial), ask.seen};
      },
      [self](const Draw& ask) { return Drawn{self->state.sampler->draw(ask.trial, ask.name, ask.domain)}; },
      [self](const Observe& news) { self->state.sampler->observe(news.observation); },
  };
}

}  // namespace winnow

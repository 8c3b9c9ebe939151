/// The actor around a sampler: it suggests without ever blocking the sequencer.
#pragma once

#include <memory>

#include <caf/typed_event_based_actor.hpp>

#include <winnow/actors/handles.hpp>

namespace winnow {

struct sampler_state {
  static inline const char* name = "winnow.sampler";
  std::unique_ptr<Sampler> sampler;
};

sampler_actor::behavior_type sampler(sampler_actor::stateful_pointer<sampler_state> self,
                                     std::shared_ptr<std::unique_ptr<Sampler>> sampler);

}  // namespace winnow

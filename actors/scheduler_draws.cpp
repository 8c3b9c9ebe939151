/// Values for parameters that turn up while a trial runs (define-by-run).
#include <winnow/actors/scheduler.hpp>

#include <caf/typed_event_based_actor.hpp>

namespace winnow {
namespace {

constexpr std::chrono::minutes kDrawTimeout{10};

}  // namespace

caf::result<Drawn> scheduler_state::on_draw_value(const DrawValue& wanted) {
  auto known = sweep->known_draw(wanted.trial, wanted.attempt, wanted.name, wanted.domain);
  auto asker = self->make_response_promise<Drawn>();
  if (!known || *known) {
    deliver({}, known ? std::move(**known) : Result<Value>(fail(known.error())), asker);
    return asker;
  }
  const std::int64_t seen = sweep->last_seq();
  self->request(sampler, kDrawTimeout, Draw{wanted.trial, wanted.name, wanted.domain})
      .then([this, wanted, seen, asker](const Drawn& drawn) { on_drawn(wanted, seen, drawn.value, asker); },
            [asker](const caf::error& error) mutable {
              asker.deliver(Drawn{fail(errc::internal, "the sampler failed: " + to_string(error))});
            });
  return asker;
}

void scheduler_state::on_drawn(const DrawValue& wanted, std::int64_t seen, Result<Value> value,
                               caf::typed_response_promise<Drawn> asker) {
  auto known = sweep->known_draw(wanted.trial, wanted.attempt, wanted.name, wanted.domain);
  if (!known) return deliver({}, fail(known.error()), std::move(asker));
  if (*known) return deliver({}, std::move(**known), std::move(asker));
  if (!value) return deliver({}, fail(value.error()), std::move(asker));
  Event event = sweep->drawn(wanted.trial, wanted.name, wanted.domain, *value, seen, config.now());
  deliver({std::move(event)}, std::move(value), std::move(asker));
}

void scheduler_state::deliver(std::vector<Event> events, Result<Value> value,
                              caf::typed_response_promise<Drawn> asker) {
  commit(std::move(events), [asker, value = std::move(value)]() mutable { asker.deliver(Drawn{std::move(value)}); });
  append();
}

}  // namespace winnow

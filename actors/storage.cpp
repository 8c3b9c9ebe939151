#include <winnow/actors/storage.hpp>

#include <iterator>
#include <utility>

namespace winnow {
namespace {

using pointer = storage_actor::stateful_pointer<storage_state>;

void on_append(pointer self, Append& message) {
  auto& state = self->state;
  if (state.failed) return;
  if (state.pending.empty()) {
    state.pending = std::move(message.events);
  } else {
    std::move(message.events.begin(), message.events.end(), std::back_inserter(state.pending));
  }
  state.customer = caf::actor_cast<caf::actor_addr>(self->current_sender());
  if (state.commit_due) return;
  state.commit_due = true;
  self->send(self, Commit{});  // stands behind the messages that have come in already
}

void on_commit(pointer self) {
  auto& state = self->state;
  state.commit_due = false;
  if (state.pending.empty()) return;
  const auto seq = state.append(state.pending);
  state.pending.clear();
  const auto customer = caf::actor_cast<scheduler_actor>(state.customer);
  state.failed = !seq.has_value();
  if (!customer) return;
  if (seq) {
    self->send(customer, Durable{*seq});
  } else {
    self->send(customer, StorageFailed{seq.error().message});
  }
}

}  // namespace

storage_actor::behavior_type storage(pointer self, AppendFn append) {
  self->state.append = std::move(append);
  return {
      [self](Append& message) { on_append(self, message); },
      [self](Commit) { on_commit(self); },
  };
}

}  // namespace winnow

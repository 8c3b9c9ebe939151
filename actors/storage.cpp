#include <winnow/actors/storage.hpp>

#include <iterator>
#include <utility>

#include <winnow/base/catching.hpp>

namespace winnow {
namespace {

using pointer = storage_actor::stateful_pointer<storage_state>;

void on_append(pointer self, Append& message) {
  auto& state = self->state;
  auto& ledger = state.ledgers.try_emplace(message.into.get(), storage_state::Ledger{message.into}).first->second;
  if (ledger.failed) return;
  if (ledger.pending.empty()) {
    ledger.pending = std::move(message.events);
  } else {
    std::move(message.events.begin(), message.events.end(), std::back_inserter(ledger.pending));
  }
  ledger.customer = caf::actor_cast<caf::actor_addr>(self->current_sender());
  if (state.commit_due) return;
  state.commit_due = true;
  self->send(self, Commit{});  // stands behind the messages that have come in already
}

void commit(pointer self, storage_state::Ledger& ledger) {
  if (ledger.pending.empty()) return;
  const auto seq = catching(errc::io, [&] { return (*ledger.append)(ledger.pending); });
  ledger.pending.clear();
  ledger.failed = !seq.has_value();
  const auto customer = caf::actor_cast<scheduler_actor>(ledger.customer);
  if (!customer) return;
  if (seq) {
    self->send(customer, Durable{*seq});
  } else {
    self->send(customer, StorageFailed{seq.error().message});
  }
}

void on_close(pointer self, const CloseLedger& message) {
  const auto ledger = self->state.ledgers.find(message.ledger.get());
  if (ledger == self->state.ledgers.end()) return;
  commit(self, ledger->second);
  self->state.ledgers.erase(ledger);
}

}  // namespace

storage_actor::behavior_type storage(pointer self) {
  return {
      [self](Append& message) { on_append(self, message); },
      [self](Commit) {
        self->state.commit_due = false;
        for (auto& [append, ledger] : self->state.ledgers) commit(self, ledger);
      },
      [self](const CloseLedger& message) { on_close(self, message); },
  };
}

}  // namespace winnow

#include <winnow/engine/house.hpp>

#include <algorithm>
#include <atomic>
#include <latch>
#include <system_error>
#include <thread>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/actors/fleet.hpp>
#include <winnow/actors/storage.hpp>
#include <winnow/actors/trainer.hpp>
#include <winnow/base/clock.hpp>

namespace winnow {
Result<void> expect_threads(int count) {
  std::latch all(1);
  std::vector<std::jthread> threads;
  try {
    for (int i = 0; i < count; ++i) threads.emplace_back([&all] { all.wait(); });
  } catch (const std::system_error& error) {
    all.count_down();
    return fail(errc::io, std::string("no thread for the sweep's actors: ") + error.what() +
                              "; allow more of them (ulimit -u) or more memory (ulimit -v)");
  }
  all.count_down();
  return {};
}

class House::Impl {
public:
  Impl(caf::actor_system& system, const HouseOptions& options) : system_(system) {
    const SpawnTrainer spawn = [own_thread = options.own_threads](fleet_actor::pointer self) {
      return self->spawn(trainer, SlotOptions{.own_thread = own_thread}, fleet_actor(self));
    };
    Capacity capacity{.slots = options.slots, .cpus = options.cpus, .devices = DevicePool(options.devices)};
    fleet = system.spawn(winnow::fleet, std::move(capacity), spawn, steady_clock);
    for (int i = 0; i < std::max(1, options.ledger_threads); ++i) {
      storages_.push_back(system.spawn<caf::detached>(winnow::storage));
    }
  }
  ~Impl() {
    caf::scoped_actor self(system_);
    const auto reason = caf::exit_reason::user_shutdown;
    self->send_exit(fleet, reason);
    self->wait_for(fleet);
    for (const storage_actor& storage : storages_) {
      self->send_exit(storage, reason);
      self->wait_for(storage);
    }
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  storage_actor next_storage() { return storages_[next_++ % storages_.size()]; }
  [[nodiscard]] caf::actor_system& system() const { return system_; }

  Ticker ticker;
  fleet_actor fleet;

private:
  caf::actor_system& system_;
  std::vector<storage_actor> storages_;
  std::atomic<std::size_t> next_{0};
};

House::House(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
House::House(House&&) noexcept = default;
House& House::operator=(House&&) noexcept = default;
House::~House() = default;

Result<House> House::start(caf::actor_system& system, const HouseOptions& options) {
  if (auto enough = expect_threads(1 + std::max(1, options.ledger_threads)); !enough) return fail(enough.error());
  return House(std::make_unique<Impl>(system, options));
}

caf::actor_system& House::system() const {
  return impl_->system();
}

const fleet_actor& House::fleet() const {
  return impl_->fleet;
}

storage_actor House::storage() const {
  return impl_->next_storage();
}

Ticker& House::ticker() const {
  return impl_->ticker;
}

}  // namespace winnow

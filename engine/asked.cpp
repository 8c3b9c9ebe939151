#include <winnow/engine/asked.hpp>

#include <optional>
#include <utility>

#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>

#include <winnow/base/clock.hpp>
#include <winnow/engine/desk.hpp>
#include <winnow/engine/feed.hpp>

namespace winnow {

class AskedSweep::Impl {
public:
  explicit Impl(const House& house) : house_(&house) {}
  ~Impl() { end_actor(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> start(Session session, GuestOptions options) {
    auto core = AskTell::of_many(std::move(session));
    if (!core) return fail(core.error());
    core_ = std::make_shared<AskTell>(std::move(*core));
    core_->allow(options.wants.up_to);
    const Session& kept = core_->session();
    auto feed = EventFeed::start(house_->ticker(), kept.dir, kept.ledger, {}, std::move(options.on_event));
    if (!feed) return fail(feed.error());
    feed_.emplace(std::move(*feed));
    if (auto enough = expect_threads(1); !enough) return enough;
    desk = house_->system().spawn<caf::detached>(
        winnow::desk, core_, DeskConfig{.steady = steady_clock, .listener = std::move(options.listener)});
    return {};
  }

  Result<void> finish() {
    end_actor();
    return feed_->finish();
  }

  desk_actor desk;

private:
  void end_actor() {
    if (!desk) return;
    caf::scoped_actor self(house_->system());
    self->send_exit(desk, caf::exit_reason::user_shutdown);
    self->wait_for(desk);
    desk = nullptr;
  }

  const House* house_;
  std::shared_ptr<AskTell> core_;
  std::optional<EventFeed> feed_;  ///< it reads the core's ledger
};

AskedSweep::AskedSweep(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AskedSweep::AskedSweep(AskedSweep&&) noexcept = default;
AskedSweep& AskedSweep::operator=(AskedSweep&&) noexcept = default;
AskedSweep::~AskedSweep() = default;

Result<AskedSweep> AskedSweep::start(const House& house, Session session, GuestOptions options) {
  auto impl = std::make_unique<Impl>(house);
  if (auto started = impl->start(std::move(session), std::move(options)); !started) return fail(started.error());
  return AskedSweep(std::move(impl));
}

const desk_actor& AskedSweep::desk() const {
  return impl_->desk;
}

Result<void> AskedSweep::finish() {
  return impl_->finish();
}

}  // namespace winnow

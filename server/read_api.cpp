#include <winnow/server/read_api.hpp>

#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/server/event_handlers.hpp>
#include <winnow/server/feed_socket.hpp>
#include <winnow/server/log_handlers.hpp>
#include <winnow/server/result_handlers.hpp>
#include <winnow/server/trial_handlers.hpp>

namespace winnow::server {

namespace {
constexpr std::chrono::milliseconds kFeedPeriod{10};  ///< how long an event may wait for its followers
}

ReadApi::ReadApi(const std::filesystem::path& sweeps, ListFeed::List list)
    : views_(sweeps), feed_(sweeps), list_(std::move(list)), ticker_(kFeedPeriod) {
  looked_ = ticker_.add([this] {
    (void)catching(errc::internal, [this]() -> Result<void> {  // for want of memory; the next time it may go
      feed_.poll();
      list_.poll();
      views_.drop_unused();
      return {};
    });
  });
}

Handlers ReadApi::handlers() {
  Handlers handlers = trial_handlers(views_, workers_);
  handlers.merge(result_handlers(views_, workers_, slow_));
  handlers.merge(log_handlers(views_, workers_));
  handlers.merge(event_handlers(feed_, workers_));
  handlers.merge(feed_socket_handlers(feed_, list_, workers_));
  return handlers;
}

void ReadApi::stop() {
  if (const auto looked = std::exchange(looked_, 0); looked != 0) ticker_.remove(looked);
  workers_.join();
  slow_.join();
}

}  // namespace winnow::server

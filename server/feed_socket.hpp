/// followAllEvents: one WebSocket on which a client follows as many sweeps as it likes, and the list of them; it says
/// which as it goes.
///
/// Its messages are small JSON texts, {"follow": "ID", "since": SEQ}, {"follow": "*"}, {"unfollow": "ID"}; what it is
/// sent are frames (server/feed_frame.hpp). All that it follows comes into one outbox, so that one that doesn't read
/// loses its connection as any follower does. What it lacks of the past is given in portions, one of each sweep in
/// turn, the next when the last is with the system. What it asks for waits for that, too: up to a bound, then it is
/// ended.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <winnow/server/api.hpp>
#include <winnow/server/event_feed.hpp>
#include <winnow/server/list_feed.hpp>
#include <winnow/server/rate_limit.hpp>

namespace winnow::server {

struct FeedLimits {
  std::size_t follows = 4096;                             ///< sweeps of one socket
  std::size_t message_bytes = 4096;                       ///< of one that comes in
  std::size_t waiting_bytes = std::size_t{1} << 20;       ///< of messages that came in and aren't done
  RateLimit::Options rate{.rate = 100, .burst = 10'000};  ///< of them a second
  Outbox::Limits outbox{.chunks = 65'536, .bytes = std::size_t{8} << 20};
};

/// All of them must outlive the handler's last call, and the sockets.
Handlers feed_socket_handlers(EventFeed& events, ListFeed& list, boost::asio::thread_pool& workers,
                              FeedLimits limits = {});

}  // namespace winnow::server

/// The operation followEvents: a sweep's events from a number on, as server-sent events, lines of JSON, or messages of
/// a WebSocket; to their present end, or as they come.
///
/// A follower that doesn't read is dropped, and comes again with the number of the last event that it has.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <winnow/server/api.hpp>
#include <winnow/server/event_feed.hpp>

namespace winnow::server {

/// Of one follower that is slower than what happens. What is in it is shared by all.
inline constexpr Outbox::Limits kFollowerLimits{.chunks = 4096, .bytes = std::size_t{4} << 20};

/// `feed` and `workers` must outlive them, and their last call.
Handlers event_handlers(EventFeed& feed, boost::asio::thread_pool& workers, Outbox::Limits limits = kFollowerLimits);

}  // namespace winnow::server

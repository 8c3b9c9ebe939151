/// All operations that only look at sweeps, with what they share: trials, reports, curves, logs, results, events.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <filesystem>

#include <winnow/engine/ticker.hpp>
#include <winnow/server/api.hpp>
#include <winnow/server/event_feed.hpp>
#include <winnow/server/list_feed.hpp>
#include <winnow/session/sweep_views.hpp>

namespace winnow::server {

class ReadApi {
public:
  /// `sweeps` has the run directories, each under its sweep's id; `list`: all of them, for those who follow the list.
  explicit ReadApi(const std::filesystem::path& sweeps, ListFeed::List list = {});
  ReadApi(const ReadApi&) = delete;
  ReadApi& operator=(const ReadApi&) = delete;
  ~ReadApi() { stop(); }

  /// They must not be called any more when this is gone.
  [[nodiscard]] Handlers handlers();
  /// Waits for what is being made, and publishes nothing more. When no request comes any more, and before the server is
  /// gone.
  void stop();

private:
  SweepViews views_;
  EventFeed feed_;
  ListFeed list_;
  boost::asio::thread_pool workers_{4};  ///< of its own: to look at a large sweep doesn't keep others from being told
  boost::asio::thread_pool slow_{1};     ///< for what takes seconds: one at a time
  Ticker ticker_;
  Ticker::Id looked_ = 0;
};

}  // namespace winnow::server

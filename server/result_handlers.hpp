/// The operations on what a sweep came to: getBest, getImportance, exportCsv, downloadMetrics,
/// downloadLedger.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <winnow/server/api.hpp>
#include <winnow/session/sweep_views.hpp>

namespace winnow::server {

/// What takes seconds is done on `slow`, so that it holds up nothing else. All three must outlive them, and their last
/// call.
Handlers result_handlers(SweepViews& views, boost::asio::thread_pool& workers, boost::asio::thread_pool& slow);

}  // namespace winnow::server

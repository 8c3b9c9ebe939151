/// The operations that look at a sweep's trials: listTrials, getTrial, listReports, getCurves.
///
/// They fold the sweep's ledger themselves (session/sweep_views.hpp): to look at a sweep costs the one that is looked
/// at nothing.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <winnow/server/api.hpp>
#include <winnow/session/sweep_views.hpp>

namespace winnow::server {

/// `views` and `workers` must outlive them, and their last call.
Handlers trial_handlers(SweepViews& views, boost::asio::thread_pool& workers);

}  // namespace winnow::server

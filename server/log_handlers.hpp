/// The operation getTrialLog: what an attempt of a trial printed, in part, from its end, or as it comes.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <winnow/server/api.hpp>
#include <winnow/session/sweep_views.hpp>

namespace winnow::server {

/// `views` and `workers` must outlive them, and their last call.
Handlers log_handlers(SweepViews& views, boost::asio::thread_pool& workers);

}  // namespace winnow::server

/// The operations on sweeps: listSweeps, createSweep, getSweep, changeSweep, deleteSweep, pauseSweep, resumeSweep,
/// stopSweep, retrySweep; and those on the daemon that need the manager: getReadiness, getMetrics.
///
/// What waits for a disk or an actor runs on `workers`, so that no connection holds up another.
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <filesystem>
#include <functional>
#include <optional>

#include <winnow/engine/manager.hpp>
#include <winnow/server/api.hpp>
#include <winnow/server/http_options.hpp>
#include <winnow/server/uploads.hpp>
#include <winnow/trainers/allowance.hpp>

namespace winnow::server {

struct SweepHandlerOptions {
  std::filesystem::path base{};        ///< of relative paths in a sweep that names none
  std::function<HttpStats()> stats{};  ///< for getMetrics; may be empty
  /// What new sweeps may run; empty, or nothing: all that the daemon's user can.
  std::function<std::optional<Allowance>()> allowed{};
  Uploads* uploads = nullptr;  ///< files that new sweeps may take over; null: there are none
};

/// `manager` and `workers` must outlive them, and their last call.
Handlers sweep_handlers(Manager& manager, boost::asio::thread_pool& workers, SweepHandlerOptions options);

}  // namespace winnow::server

/// The operations on files that are sent ahead of a sweep: createUpload, putUploadFile, deleteUpload. createSweep takes
/// an upload over (server/sweep_handlers.hpp).
#pragma once

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <optional>

#include <winnow/server/api.hpp>
#include <winnow/server/uploads.hpp>
#include <winnow/trainers/allowance.hpp>

namespace winnow::server {

/// `uploads` and `workers` must outlive them, and their last call. `allowed`: what new sweeps may run, or empty.
Handlers upload_handlers(Uploads& uploads, boost::asio::thread_pool& workers,
                         std::function<std::optional<Allowance>()> allowed);

/// 404 where there is no such upload; else as for any error.
Response upload_problem(const Error& error);

}  // namespace winnow::server

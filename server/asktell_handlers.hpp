/// The operations of clients that train a sweep's trials: askTrial, reportTrial, suggestValue, heartbeatTrial,
/// tellTrial, and batchAskTell, which takes many of them. Bodies and answers are those of `winnow asktell`
/// (session/asktell.hpp).
#pragma once

#include <winnow/engine/manager.hpp>
#include <winnow/server/api.hpp>

namespace winnow::server {

/// `manager` must outlive them, and their last call.
Handlers asktell_handlers(Manager& manager);

}  // namespace winnow::server

/// What a service manager is told (sd_notify(3), "Notes": one datagram to the socket that NOTIFY_SOCKET names).
#pragma once

#include <string_view>

namespace winnow::cli {

/// `READY=1`, `STOPPING=1`, `STATUS=…`; nothing where nobody listens.
void notify(std::string_view state);

}  // namespace winnow::cli

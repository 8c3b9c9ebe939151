/// The protocols that a client offers for a WebSocket (RFC 6455 §4.1). A page in a browser can't set the fields of that
/// request, so it tells its token there:
///
///     new WebSocket(url, ["winnow", "bearer." + token])
#pragma once

#include <optional>
#include <string_view>

namespace winnow::server {

/// The one that is taken, where it is offered: a browser lets a connection go whose offers weren't.
inline constexpr std::string_view kProtocol = "winnow";

struct OfferedProtocols {
  bool winnow = false;
  std::optional<std::string_view> secret{};  ///< of `bearer.SECRET`; none where there are several
};
/// `field`: Sec-WebSocket-Protocol, which must outlive what is returned.
OfferedProtocols offered_protocols(std::string_view field);

}  // namespace winnow::server

/// How commands reach a daemon (`winnowd`): one request, one connection.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/sweep/command.hpp>

namespace winnow::cli {

/// `$XDG_STATE_HOME/winnow`, else `~/.local/state/winnow`.
std::filesystem::path default_state_directory();

/// Where a daemon is: `unix:PATH` of its socket, or `http://HOST:PORT`, with the token in WINNOW_TOKEN. Fails with
/// `invalid_input` for anything else. Empty: WINNOW_URL, else the socket in the default state directory.
struct DaemonPlace {
  std::string socket{};  ///< or
  std::string host{};
  std::string port{};
};
Result<DaemonPlace> daemon_place(const std::string& url);

struct DaemonRequest {
  std::string method = "GET";
  std::string target{};
  std::string body{};
  std::string content_type = "application/json";
};
/// The answer's body. Fails with what a problem body says, with `io` where nobody answers, which names the place.
Result<Value> ask_daemon(const DaemonPlace& place, const DaemonRequest& request);

/// A text as it stands in a path or a query.
std::string percent_encoded(std::string_view text);

/// Tells a daemon's sweep, or one of its trials.
Result<Value> command_daemon(const DaemonPlace& place, const std::string& id, CommandVerb verb,
                             std::optional<std::int64_t> trial);

}  // namespace winnow::cli

/// How commands reach a daemon (`winnowd`): one request, one connection.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/sweep/command.hpp>

namespace winnow::cli {

/// What the command line says of which daemon.
struct DaemonChoice {
  std::string url{};      ///< or
  std::string context{};  ///< one of contexts.hpp
  [[nodiscard]] bool is_made() const { return !url.empty() || !context.empty(); }
};

/// Where a daemon is, and what it is told of who asks.
struct DaemonPlace {
  std::string socket{};  ///< or
  std::string host{};    ///< without brackets
  std::string port{};
  bool tls = false;
  std::filesystem::path ca{};  ///< PEM, whom its certificate may be signed by; empty: whom the system trusts
  std::string token{};         ///< empty: none

  /// For people, and for Host: `box.example.org:7437`, `[::1]:7437`; the socket's path.
  [[nodiscard]] std::string name() const;
};

/// Of `unix:PATH`, `http://HOST[:PORT]` or `https://HOST[:PORT]`, without a token. Fails with `invalid_input`.
Result<DaemonPlace> parse_daemon_url(const std::string& url);

/// In this order: --url, --context, WINNOW_URL, WINNOW_CONTEXT, the current context, the socket in the default state
/// directory. The token is the context's, else WINNOW_TOKEN, which no socket is told.
Result<DaemonPlace> daemon_place(const DaemonChoice& choice);

struct DaemonRequest {
  std::string method = "GET";
  std::string target{};
  std::string body{};
  std::string content_type = "application/json";
};
/// The answer's body. Fails with what a problem body says, with `io` where nobody answers, with `invalid_input` where
/// the peer isn't who it is to be, or a token would leave this machine in clear text.
Result<Value> ask_daemon(const DaemonPlace& place, const DaemonRequest& request);

/// A text as it stands in a path or a query.
std::string percent_encoded(std::string_view text);

/// Those in a state, or all; page after page.
Result<std::vector<Value>> daemon_sweeps(const DaemonPlace& place, const std::string& state = "");

/// Tells a daemon's sweep, or one of its trials.
Result<Value> command_daemon(const DaemonPlace& place, const std::string& id, CommandVerb verb,
                             std::optional<std::int64_t> trial);

}  // namespace winnow::cli

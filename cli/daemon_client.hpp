/// How commands reach a daemon (`winnowd`): one request, one connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  std::chrono::seconds patience{30};  ///< with a peer that says nothing
};
/// The answer's body. Fails with what a problem body says (`unknown_sweep` for a 404), with `io` where nobody answers,
/// with `invalid_input` where the peer isn't who it is to be, or a token would leave this machine in clear text.
Result<Value> ask_daemon(const DaemonPlace& place, const DaemonRequest& request);

/// What came with a body that was taken in portions.
struct DaemonAnswer {
  std::vector<std::pair<std::string, std::string>> fields{};
  /// A field that is a number; 0 where it isn't there.
  [[nodiscard]] std::uint64_t number(std::string_view name) const;
};
/// Takes a part of a body; fails where it wants no more, and that is the answer then.
using BodySink = std::function<Result<void>(std::string_view)>;
/// Hands `take` an answer's body as it comes; the rest as ask_daemon. `endless`: once it has begun, nobody knows when
/// more of it comes.
Result<DaemonAnswer> stream_from_daemon(const DaemonPlace& place, const DaemonRequest& request, const BodySink& take,
                                        bool endless = false);

/// A text as it stands in a path or a query.
std::string percent_encoded(std::string_view text);

/// Those in a state, or all; page after page.
Result<std::vector<Value>> daemon_sweeps(const DaemonPlace& place, const std::string& state = "");

/// The sweep of that id, as the daemon says it is, or the only one whose id begins so. Fails with `unknown_sweep` where
/// there is none, with `invalid_input` and which there are where there are several.
Result<Value> daemon_sweep(const DaemonPlace& place, const std::string& named);

/// The name that is meant, of those that are known; one with its time in it is whole. Fails in the same way.
Result<std::string> the_one_of(const std::vector<std::string>& names, const std::string& prefix);

/// Tells a daemon's sweep, or one of its trials.
Result<Value> command_daemon(const DaemonPlace& place, const std::string& id, CommandVerb verb,
                             std::optional<std::int64_t> trial);

}  // namespace winnow::cli

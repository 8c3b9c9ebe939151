/// What a request must pass before a handler sees it, in this order:
///
///   its host and origin (421, 403), its token (401), its rate (429), its target (400), its route (404, 405), its role
///   (403), the coding and type of its body (415), its size (413), its query (400).
///
/// Up to and with the token nothing depends on which routes there are, so a stranger gets the same answer for every
/// path; only what the document opens to all (`x-role: none`) is answered without a token.
#pragma once

#include <chrono>
#include <string>
#include <variant>

#include <winnow/server/api.hpp>
#include <winnow/server/http/head.hpp>
#include <winnow/server/http/hosts.hpp>
#include <winnow/server/rate_limit.hpp>
#include <winnow/server/tokens.hpp>

namespace winnow::server {

/// The other end of a connection.
struct Peer {
  bool is_local = false;  ///< a Unix socket: no DNS, no browser
  bool is_owner = false;  ///< on it: a process of the daemon's own user (SO_PEERCRED)
  bool tls = false;
};

struct Times {
  RateLimit::Time steady;
  Instant wall = 0;
};

struct Admitted {
  const Operation* operation = nullptr;
  const Handler* handler = nullptr;
  Request request;  ///< without its body
};

using Admission = std::variant<Admitted, Response>;

/// May be used by several threads.
class Gate {
public:
  Gate(const Api& api, const TokenStore& tokens, HostRule hosts, RateLimit::Options rate)
      : api_(api), tokens_(tokens), hosts_(std::move(hosts)), rate_(rate) {}

  /// Of a head that `check_head` found fit.
  Admission admit(Head head, const Peer& peer, Times now);
  void set_rate(RateLimit::Options rate) { rate_.set(rate); }

private:
  [[nodiscard]] std::optional<Principal> identify(const Head& head, const Peer& peer, Instant now) const;

  const Api& api_;
  const TokenStore& tokens_;
  HostRule hosts_;
  RateLimit rate_;
};

/// The same for every path.
Response unauthorized();

}  // namespace winnow::server

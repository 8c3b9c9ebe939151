#include <winnow/server/http/gate.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include <winnow/server/http/web_protocol.hpp>
#include <winnow/server/problem.hpp>
#include <winnow/server/target.hpp>

namespace winnow::server {

namespace {

constexpr std::string_view kOwner = "@owner";  // no token's name begins so

/// The secret in `Authorization: Bearer SECRET` (RFC 6750 §2.1); nothing for any other.
std::optional<std::string_view> bearer(const Fields& fields) {
  const std::string* field = fields.find("Authorization");
  if (field == nullptr || fields.count("Authorization") > 1) return std::nullopt;
  const std::string_view text = *field;
  constexpr std::string_view kScheme = "Bearer ";
  if (!same_name(text.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  const std::size_t secret = text.find_first_not_of(' ', kScheme.size());
  return secret == std::string_view::npos ? std::nullopt : std::optional(text.substr(secret));
}

/// What a page that opens a WebSocket tells in the place of that field.
std::optional<std::string_view> offered_secret(const Fields& fields) {
  const std::string* upgrade = fields.find("Upgrade");
  const std::string* protocols = fields.find("Sec-WebSocket-Protocol");
  if (upgrade == nullptr || !same_name(*upgrade, "websocket")) return std::nullopt;
  if (protocols == nullptr || fields.count("Sec-WebSocket-Protocol") > 1) return std::nullopt;
  return offered_protocols(*protocols).secret;
}

/// `application/json` of `application/json; charset=utf-8`.
std::string_view media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  return value.substr(0, value.find_last_not_of(" \t") + 1);
}

std::optional<Response> check_route(const Match& match) {
  if (match.operation != nullptr) return std::nullopt;
  if (match.allow.empty()) return problem_response(404, "there is no such resource");
  Response response = problem_response(405, fmt::format("this resource knows {}", fmt::join(match.allow, ", ")));
  response.fields.set("Allow", fmt::format("{}", fmt::join(match.allow, ", ")));
  return response;
}

std::optional<Response> check_body(const Operation& operation, const Head& head) {
  if (const std::string* coding = head.fields.find("Content-Encoding");
      coding != nullptr && !same_name(*coding, "identity")) {
    Response response = problem_response(415, "a body is sent as it is, without a Content-Encoding");
    response.fields.set("Accept-Encoding", "identity");
    return response;
  }
  if (head.content_length() > operation.body_limit || (head.is_chunked() && operation.body_limit == 0)) {
    return problem_response(413, fmt::format("a body of this operation has at most {} bytes", operation.body_limit));
  }
  if (!head.has_body()) {
    if (operation.body_required) return problem_response(400, "this operation needs a body");
    return std::nullopt;
  }
  const std::string* type = head.fields.find("Content-Type");
  const bool is_known = type != nullptr && head.fields.count("Content-Type") == 1 &&
                        std::ranges::any_of(operation.media_types,
                                            [&](const std::string& one) { return same_name(one, media_type(*type)); });
  if (is_known) return std::nullopt;
  return problem_response(415, fmt::format("Content-Type is one of {}", fmt::join(operation.media_types, ", ")));
}

Response bad_query(const Error& error) {
  Problem wrong = problem(400, error.message);
  wrong.path = error.key;
  return problem_response(wrong);
}

}  // namespace

Response unauthorized() {
  Response response = problem_response(401, "a token is needed");
  response.fields.set("WWW-Authenticate", "Bearer");
  return response;
}

std::optional<Principal> Gate::identify(const Head& head, const Peer& peer, Instant now) const {
  const bool has_field = head.fields.count("Authorization") > 0;
  const auto secret = has_field ? bearer(head.fields) : offered_secret(head.fields);
  if (!has_field && !secret && peer.is_owner) return Principal{std::string(kOwner), Role::admin};
  return secret ? tokens_.check(*secret, now) : std::nullopt;
}

Admission Gate::admit(Head head, const Peer& peer, Times now) {
  auto target = parse_target(head.target);
  if (!peer.is_local) {
    const std::string* host = head.fields.find("Host");
    if (host != nullptr && !is_known_host(hosts_, *host))
      return problem_response(421, "this server isn't called so (Host)");
    if (target && !target->authority.empty() && (host == nullptr || !same_name(target->authority, *host))) {
      return problem_response(400, "the request target's authority isn't that of Host");
    }
    if (!is_known_origin(hosts_, head.fields, peer.tls))
      return problem_response(403, "pages of that origin may not ask this server");
  }
  Match match = target ? api_.routes().match(head.method, target->segments) : Match{};
  const bool is_open = match.operation != nullptr && match.operation->role == Role::none;
  auto principal = identify(head, peer, now.wall);
  if (!principal && !is_open) return unauthorized();
  if (principal && principal->name != kOwner) {  // whoever has the machine isn't to be shut out by his own rule
    if (const auto wait = rate_.take(principal->name, now.steady)) {
      Response response = problem_response(429, fmt::format("too many requests with this token; again in {} s", *wait));
      response.fields.set("Retry-After", std::to_string(*wait));
      return response;
    }
  }
  if (!target) return problem_response(400, target.error().message);
  if (auto refused = check_route(match)) return std::move(*refused);
  const Operation& operation = *match.operation;
  if (!is_open && !may(principal->role, operation.role)) {
    return problem_response(403, fmt::format("this needs the role {}, and the token has {}", role_name(operation.role),
                                             role_name(principal->role)));
  }
  if (auto refused = check_body(operation, head)) return std::move(*refused);
  if (auto checked = check_query(operation, target->query); !checked) return bad_query(checked.error());
  return Admitted{.operation = &operation,
                  .handler = &api_.handler(operation),
                  .request = {.method = std::move(head.method),
                              .path = std::move(target->path),
                              .operation = operation.id,
                              .parameters = std::move(match.parameters),
                              .query = std::move(target->query),
                              .fields = std::move(head.fields),
                              .body = {},
                              .principal = principal.value_or(Principal{})}};
}

}  // namespace winnow::server

#include <winnow/server/token_handlers.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include <winnow/base/clock.hpp>
#include <winnow/server/document.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/problem.hpp>
#include <winnow/server/query.hpp>

namespace winnow::server {

namespace asio = boost::asio;

namespace {

constexpr Instant kLongestLife = 3'153'600'000;  // 100 years

OrderedJson public_json(const Token& token) {
  return {{"name", token.name},
          {"role", role_name(token.role)},
          {"created", timestamp(token.created)},
          {"expires", token.expires ? OrderedJson(timestamp(*token.expires)) : OrderedJson()}};
}

Result<std::string> text_of(const Value& body, const std::string& field) {
  if (!body.contains(field)) return wrong_field(field, "is missing");
  if (!body[field].is_string()) return wrong_field(field, "is a text");
  return body[field].get<std::string>();
}

/// NewToken of the document.
Result<Token> token_of(const Value& body, Instant now) {
  const auto name = text_of(body, "name");
  if (!name) return fail(name.error());
  const auto role_text = text_of(body, "role");
  if (!role_text) return fail(role_text.error());
  const auto role = parse_role(*role_text);
  if (!role) return fail(Error{errc::invalid_input, role.error().message, "role"});
  Token token{.name = *name, .role = *role, .created = now};
  if (!body.contains("expires_in")) return token;
  const auto life = whole(body, "expires_in", 1, kLongestLife);
  if (!life) return fail(life.error());
  token.expires = now + *life;
  return token;
}

Response create_token(TokenStore& tokens, const Request& request) {
  const auto body = object_of(request, {"name", "role", "expires_in"});
  if (!body) return body.error();
  const auto token = token_of(*body, static_cast<Instant>(wall_clock()));
  if (!token) return problem_response(token.error());
  const auto secret = tokens.create(*token);
  if (!secret) return problem_response(secret.error());
  OrderedJson answer = public_json(*token);
  answer["token"] = *secret;
  return json_response(201, answer);
}

Response list_tokens(const TokenStore& tokens) {
  OrderedJson list = OrderedJson::array();
  for (const Token& token : tokens.list()) list.push_back(public_json(token));
  return json_response(200, {{"tokens", list}});
}

Response revoke_token(TokenStore& tokens, const Request& request) {
  const auto revoked = tokens.revoke(request.parameter("name"));
  if (!revoked) return problem_response(revoked.error());
  if (!*revoked) return problem_response(404, "there is no token of that name");
  return {.status = 204};
}

}  // namespace

std::string timestamp(Instant instant) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(instant)));
}

Handlers token_handlers(TokenStore& tokens) {
  return {
      {"listTokens", [&tokens](Request) -> asio::awaitable<Response> { co_return list_tokens(tokens); }},
      {"createToken",
       [&tokens](Request request) -> asio::awaitable<Response> { co_return create_token(tokens, request); }},
      {"revokeToken",
       [&tokens](Request request) -> asio::awaitable<Response> { co_return revoke_token(tokens, request); }},
  };
}

Handlers document_handlers() {
  const std::string text = api_document().dump() + "\n";
  Response document = text_response(200, "application/json", text);
  document.fields.set("ETag", etag_of_text(text));
  document.fields.set("Cache-Control", "no-cache");
  return {
      {"getDocument", [document](Request) -> asio::awaitable<Response> { co_return document; }},
      {"getHealth",
       [](Request) -> asio::awaitable<Response> {
         co_return json_response(200, {{"status", "ok"}});
       }},
  };
}

}  // namespace winnow::server

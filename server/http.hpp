/// Requests and responses as values, and the functions that answer them.
///
/// A handler is a coroutine: it may wait for something else without holding a thread. It sees a request that was let in
/// (token, role, size, declared parameters); what it throws becomes a 500.
///
/// A response's body is a text, a stream or an upgrade to a WebSocket. The latter two are asked for one portion after
/// the other, the next only when the last is with the system, so that a follower who doesn't read costs one portion;
/// and they are dropped when that takes longer than the server's limit. `next`, `received` and `cancel` run on the
/// connection's strand, never two at a time. `cancel` says that nobody will read any more: a `next` that waits is to
/// return its end soon. It may come more than once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <winnow/core/value.hpp>
#include <winnow/server/awaitable.hpp>
#include <winnow/server/fields.hpp>
#include <winnow/server/role.hpp>

namespace winnow::server {

/// Who asks.
struct Principal {
  std::string name;  ///< the token's; `@owner` for the daemon's own user on the Unix socket; empty for a stranger
  Role role = Role::none;
};

struct Request {
  std::string method;
  std::string path;       ///< as it was sent, without the query
  std::string operation;  ///< operationId
  Parameters parameters;  ///< of the path, decoded
  Parameters query;       ///< decoded; each of them is declared and stands once
  Fields fields;
  std::string body;
  Principal principal;

  /// Throws std::logic_error if the operation's path has no such parameter.
  [[nodiscard]] const std::string& parameter(std::string_view name) const;
};

/// Shared, so that thousands of followers cost one copy.
using Chunk = std::shared_ptr<const std::string>;
using Chunks = std::vector<Chunk>;

Chunk chunk(std::string text);

/// Server-sent events, NDJSON, a file. The connection ends with it.
struct Stream {
  std::function<boost::asio::awaitable<Chunks>()>
      next;  ///< an empty answer is the end; what it throws breaks the stream
  std::function<void()> cancel{};
};

/// A message of a WebSocket (RFC 6455 §5.6).
struct Frame {
  Chunk data;  ///< null: the end
  bool binary = false;
};

struct Upgrade {
  std::function<boost::asio::awaitable<Frame>()> next;
  std::function<void(const std::string& data, bool binary)> received{};
  std::function<void()> cancel{};
};

using Body = std::variant<std::string, Stream, Upgrade>;

struct Response {
  int status = 200;
  Fields fields{};
  Body body{};
};

using Handler = std::function<boost::asio::awaitable<Response>(Request)>;

Response text_response(int status, std::string content_type, std::string body);
/// `application/json`, with a line end.
Response json_response(int status, const OrderedJson& body);

}  // namespace winnow::server

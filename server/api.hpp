/// The routes with their handlers, one for each operation.
#pragma once

#include <map>
#include <string>

#include <winnow/server/http.hpp>
#include <winnow/server/route_table.hpp>

namespace winnow::server {

/// By operationId.
using Handlers = std::map<std::string, Handler, std::less<>>;

class Api {
public:
  /// Fails with `invalid_input` and the names if an operation has no handler, or a handler no operation.
  static Result<Api> make(RouteTable routes, Handlers handlers);

  [[nodiscard]] const RouteTable& routes() const { return routes_; }
  [[nodiscard]] const Handler& handler(const Operation& operation) const {
    return handlers_.find(operation.id)->second;
  }

private:
  Api(RouteTable routes, Handlers handlers) : routes_(std::move(routes)), handlers_(std::move(handlers)) {}
  RouteTable routes_;
  Handlers handlers_;
};

}  // namespace winnow::server

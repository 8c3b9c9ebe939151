#include <winnow/server/api.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace winnow::server {

Result<Api> Api::make(RouteTable routes, Handlers handlers) {
  std::vector<std::string> lacking;
  for (const Operation& operation : routes.operations()) {
    const auto handler = handlers.find(operation.id);
    if (handler == handlers.end() || !handler->second) lacking.push_back(operation.id);
  }
  if (!lacking.empty())
    return fail(errc::invalid_input, fmt::format("operations without a handler: {}", fmt::join(lacking, ", ")));
  std::vector<std::string> unknown;
  for (const auto& [id, _] : handlers) {
    const bool known =
        std::ranges::any_of(routes.operations(), [&id = id](const Operation& one) { return one.id == id; });
    if (!known) unknown.push_back(id);
  }
  if (!unknown.empty())
    return fail(errc::invalid_input, fmt::format("handlers without an operation: {}", fmt::join(unknown, ", ")));
  return Api(std::move(routes), std::move(handlers));
}

}  // namespace winnow::server

#include <winnow/server/json_body.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/core/json_line.hpp>

namespace winnow::server {

tl::unexpected<Error> wrong_field(const std::string& field, const std::string& what) {
  return fail(Error{errc::invalid_input, field + ": " + what, field});
}

Result<Value> object_of(const Request& request, std::initializer_list<std::string_view> fields) {
  if (request.body.empty()) return Value::object();
  auto body = parse_json_line(request.body);
  if (!body) return fail(errc::invalid_input, "the body isn't JSON: " + body.error().message);
  if (!body->is_object()) return fail(errc::invalid_input, "the body is to be a JSON object");
  for (const auto& [field, value] : body->items()) {
    if (std::find(fields.begin(), fields.end(), field) != fields.end()) continue;
    return wrong_field(field, fmt::format("isn't known; {} are", fmt::join(fields, ", ")));
  }
  return body;
}

}  // namespace winnow::server

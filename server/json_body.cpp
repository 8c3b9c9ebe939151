#include <winnow/server/json_body.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <winnow/core/json_line.hpp>
#include <winnow/server/problem.hpp>

namespace winnow::server {

tl::unexpected<Error> wrong_field(const std::string& field, const std::string& what) {
  return fail(Error{errc::invalid_input, field + ": " + what, field});
}

Result<std::int64_t> whole(const Value& body, const std::string& field, std::int64_t least, std::int64_t most) {
  const auto value = whole_number(body.at(field));
  if (value && *value >= least && *value <= most) return *value;
  return wrong_field(field, fmt::format("is a whole number from {} to {}", least, most));
}

namespace {

tl::unexpected<Response> refuse(const Response& response) {
  return tl::unexpected<Response>(response);
}

}  // namespace

tl::expected<Value, Response> json_of(const Request& request) {
  if (request.body.empty()) return Value::object();
  auto body = parse_lenient_json_line(request.body);
  if (!body) return refuse(problem_response(400, "the body isn't JSON: " + body.error().message));
  return std::move(*body);
}

tl::expected<Value, Response> object_of(const Request& request) {
  auto body = json_of(request);
  if (body && !body->is_object()) {
    return refuse(problem_response({errc::invalid_input, "the body is to be a JSON object"}));
  }
  return body;
}

tl::expected<Value, Response> object_of(const Request& request, std::initializer_list<std::string_view> fields) {
  auto body = object_of(request);
  if (!body) return body;
  for (const auto& [field, value] : body->items()) {
    if (std::find(fields.begin(), fields.end(), field) != fields.end()) continue;
    const std::string known = fmt::format("isn't known; {} are", fmt::join(fields, ", "));
    return refuse(problem_response(wrong_field(field, known).value()));
  }
  return body;
}

tl::expected<std::string, Response> idempotency_key(const Request& request) {
  constexpr std::size_t kLongest = 255;
  const auto* key = request.fields.find("Idempotency-Key");
  if (key == nullptr) return std::string();
  if (key->empty() || key->size() > kLongest) return refuse(problem_response(400, "Idempotency-Key: 1 to 255 bytes"));
  return *key;
}

}  // namespace winnow::server

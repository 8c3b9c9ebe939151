#include <winnow/server/http.hpp>

#include <stdexcept>

namespace winnow::server {

const std::string& Request::parameter(std::string_view name) const {
  const std::string* value = find(parameters, name);
  if (value == nullptr) throw std::logic_error(operation + ": its path has no parameter " + std::string(name));
  return *value;
}

Chunk chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

Response text_response(int status, std::string content_type, std::string body) {
  return {.status = status, .fields = {{"Content-Type", std::move(content_type)}}, .body = std::move(body)};
}

Response json_response(int status, const OrderedJson& body) {
  return text_response(status, "application/json",
                       body.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n");
}

}  // namespace winnow::server

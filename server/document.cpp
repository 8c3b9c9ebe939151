#include <winnow/server/document.hpp>

#include <yaml-cpp/yaml.h>

#include <charconv>
#include <stdexcept>

#include <winnow/base/catching.hpp>

namespace winnow::server {

namespace {

OrderedJson json_of_plain(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true" || text == "false") return text == "true";
  const char* end = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [at, error] = std::from_chars(text.data(), end, whole); error == std::errc() && at == end)
    return whole;
  double number = 0;
  const bool may_be_number = text.find_first_not_of("0123456789+-.eE") == std::string::npos;
  if (const auto [at, error] = std::from_chars(text.data(), end, number);
      may_be_number && error == std::errc() && at == end) {
    return number;
  }
  return text;
}

OrderedJson json_of_node(const YAML::Node& node) {
  if (node.IsMap()) {
    OrderedJson object = OrderedJson::object();
    for (const auto& entry : node) object[entry.first.Scalar()] = json_of_node(entry.second);
    return object;
  }
  if (node.IsSequence()) {
    OrderedJson array = OrderedJson::array();
    for (const auto& item : node) array.push_back(json_of_node(item));
    return array;
  }
  if (!node.IsScalar()) return nullptr;
  if (node.Tag() == "!") return node.Scalar();  // quoted, or a block
  return json_of_plain(node.Scalar());
}

}  // namespace

Result<OrderedJson> json_of_yaml(std::string_view text) {
  return catching(errc::invalid_input,
                  [&]() -> Result<OrderedJson> { return json_of_node(YAML::Load(std::string(text))); });
}

const OrderedJson& api_document() {
  static const OrderedJson document = [] {
    auto json = json_of_yaml(api_document_text());
    if (!json) throw std::logic_error("openapi.yaml: " + json.error().message);
    return std::move(*json);
  }();
  return document;
}

}  // namespace winnow::server

#include <winnow/space/document.hpp>

#include <algorithm>

namespace winnow {

const Node* Node::find(std::string_view key) const {
  const auto it = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) { return entry.key == key; });
  return it == entries.end() ? nullptr : &it->node;
}

Value Node::value() const {
  if (kind == Kind::scalar) return scalar;
  if (kind == Kind::sequence) {
    Value list = Value::array();
    for (const Node& item : items) list.push_back(item.value());
    return list;
  }
  Value object = Value::object();
  for (const Entry& entry : entries) object[entry.key] = entry.node.value();
  return object;
}

OrderedJson Node::ordered() const {
  if (kind == Kind::scalar) return scalar;
  OrderedJson json = is_mapping() ? OrderedJson::object() : OrderedJson::array();
  for (const Node& item : items) json.push_back(item.ordered());
  for (const Entry& entry : entries) json[entry.key] = entry.node.ordered();
  return json;
}

}  // namespace winnow

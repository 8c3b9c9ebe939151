#include <winnow/core/assignment.hpp>

#include <algorithm>

namespace winnow {

void Assignment::set(std::string name, Value value) {
  const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.first == name; });
  if (it != entries_.end()) {
    it->second = std::move(value);
  } else {
    entries_.emplace_back(std::move(name), std::move(value));
  }
}

const Value* Assignment::find(std::string_view name) const {
  const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.first == name; });
  return it == entries_.end() ? nullptr : &it->second;
}

OrderedJson Assignment::to_json() const {
  OrderedJson json = OrderedJson::object();
  auto& object = json.get_ref<OrderedJson::object_t&>();
  object.reserve(entries_.size());
  for (const auto& [name, value] : entries_) object.emplace_back(name, value);  // their names differ
  return json;
}

Result<Assignment> Assignment::from_json(const OrderedJson& object) {
  if (!object.is_object()) return fail(errc::invalid_input, "an assignment must be an object of names to values");
  std::vector<Entry> entries;
  entries.reserve(object.size());
  for (const auto& [name, value] : object.items()) entries.emplace_back(name, value);
  return Assignment(std::move(entries));
}

}  // namespace winnow

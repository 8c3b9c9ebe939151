#include <winnow/server/fields.hpp>

namespace winnow::server {

namespace {
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
}  // namespace

const std::string* find(const Parameters& parameters, std::string_view name) {
  const auto at = std::find_if(parameters.begin(), parameters.end(), [&](const auto& one) { return one.name == name; });
  return at == parameters.end() ? nullptr : &at->value;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

void Fields::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const NamedValue& field) { return same_name(field.name, name); });
  add(std::string(name), std::move(value));
}

const std::string* Fields::find(std::string_view name) const {
  const auto at =
      std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.name, name); });
  return at == fields_.end() ? nullptr : &at->value;
}

std::size_t Fields::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.name, name); }));
}

}  // namespace winnow::server

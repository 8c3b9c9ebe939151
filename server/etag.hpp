/// Whether a client has what it asks for, or knows what it changes: the conditions of RFC 9110 §13.1.
#pragma once

#include <algorithm>
#include <string_view>

#include <winnow/server/fields.hpp>

namespace winnow::server {

/// §8.8.3.2: If-None-Match compares weakly, If-Match strongly: a tag with W/ is none then.
enum class TagComparison { weak, strong };

inline bool is_same_tag(std::string_view a, std::string_view b, TagComparison how) {
  if (how == TagComparison::strong) return a == b && !a.starts_with("W/");
  if (a.starts_with("W/")) a.remove_prefix(2);
  if (b.starts_with("W/")) b.remove_prefix(2);
  return a == b;
}

/// Whether a list of tags has this one, or is `*`.
inline bool is_in_list(std::string_view list, std::string_view etag, TagComparison how) {
  if (list == "*") return true;
  while (true) {
    list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
    const std::size_t open = list.find('"');
    const std::size_t close = open == std::string_view::npos ? open : list.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (is_same_tag(list.substr(0, close + 1), etag, how)) return true;
    list.remove_prefix(close + 1);
  }
}

/// The same of a field, which may stand more than once.
inline bool has_tag(const Fields& fields, std::string_view name, std::string_view etag, TagComparison how) {
  return std::any_of(fields.begin(), fields.end(), [&](const NamedValue& field) {
    return same_name(field.name, name) && is_in_list(field.value, etag, how);
  });
}

}  // namespace winnow::server

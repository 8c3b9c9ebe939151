/// A table of what goes by a name: a policy's registry line, and what is said to a name that isn't there.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/nearest.hpp>
#include <winnow/core/options.hpp>
#include <winnow/core/result.hpp>

namespace winnow::registry {

/// `Table`: entries with a `name`. Null if there is none of that name.
template <class Table>
constexpr auto find(const Table& table, std::string_view name) -> decltype(table.data()) {
  const auto it = std::find_if(table.begin(), table.end(), [&](const auto& entry) { return entry.name == name; });
  return it == table.end() ? nullptr : &*it;
}

template <class Table>
std::vector<std::string> names(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.name);
  return names;
}

/// `type: 'ahsa' is not a registered scheduler (registered: asha fifo); did you mean asha?`
template <class Table>
tl::unexpected<Error> unknown(const Table& table, std::string_view key, std::string_view what, std::string_view name) {
  const std::vector<std::string> known = names(table);
  std::string message = "'" + std::string(name) + "' is not a registered " + std::string(what) + " (registered:";
  for (const std::string& one : known) message += " " + one;
  return invalid_option(key, message + ")" + did_you_mean(name, known));
}

}  // namespace winnow::registry

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

/// `; did you mean tpe?` where the name is that of another tool's class: `TPESampler`, `ASHAScheduler`; else "".
inline std::string did_you_mean_class(std::string_view name, const std::vector<std::string>& known) {
  for (const std::string_view kind : {"Sampler", "Scheduler", "Pruner", "Search"}) {
    if (!name.ends_with(kind)) continue;
    const std::string meant = meant_by(name.substr(0, name.size() - kind.size()), known);
    return meant.empty() ? "" : "; did you mean " + meant + "?";
  }
  return "";
}

/// `type: 'ahsa' is not a registered scheduler (registered: asha fifo); did you mean asha?`
template <class Table>
tl::unexpected<Error> unknown(const Table& table, std::string_view key, std::string_view what, std::string_view name) {
  const std::vector<std::string> known = names(table);
  std::string message = "'" + std::string(name) + "' is not a registered " + std::string(what) + " (registered:";
  for (const std::string& one : known) message += " " + one;
  const std::string hint = did_you_mean(name, known);
  return invalid_option(key, message + ")" + (hint.empty() ? did_you_mean_class(name, known) : hint));
}

}  // namespace winnow::registry

#include <winnow/spec/functions.hpp>

#include <fmt/format.h>

namespace winnow {
namespace {

void gather(const Value& options, std::vector<std::string>& names) {
  if (options.is_array()) {
    for (const Value& one : options) gather(one, names);
  } else if (options.is_object()) {
    for (const auto& [key, value] : options.items()) {
      key == "custom_explore_fn" && value.is_string() ? names.push_back(value.get<std::string>())
                                                      : gather(value, names);
    }
  }
}

}  // namespace

std::vector<std::string> explore_functions(const SweepSpec& spec) {
  std::vector<std::string> names;
  gather(spec.scheduler.options, names);
  return names;
}

Result<void> check_functions(const SweepSpec& spec, const SpaceFunctions& functions) {
  if (auto known = check_functions(spec.space, functions); !known) return known;
  for (const std::string& name : explore_functions(spec)) {
    if (functions.contains(name)) continue;
    return fail(errc::invalid_input,
                fmt::format("scheduler.custom_explore_fn: '{}' is a function of the program that made this sweep; only "
                            "that can run it",
                            name));
  }
  return {};
}

}  // namespace winnow

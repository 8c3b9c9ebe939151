#include <algorithm>
#include <array>
#include <winnow/core/nearest.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/fifo.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/schedulers/wandb_hyperband.hpp>

namespace winnow {
namespace {

struct Entry {
  std::string_view name;
  Result<std::unique_ptr<Scheduler>> (*make)(const Value& options, SchedulerContext context);
  std::string_view resource = {};  ///< the only one that it takes, if there is one
};

constexpr std::array kEntries = {
    Entry{"asha", &make_asha},
    Entry{"fifo", &make_fifo},
    Entry{"wandb_hyperband", &make_wandb_hyperband, "reports"},
};

const Entry* find(std::string_view type) {
  const auto it = std::find_if(kEntries.begin(), kEntries.end(), [&](const Entry& e) { return e.name == type; });
  return it == kEntries.end() ? nullptr : &*it;
}

std::string unknown_type(std::string_view type) {
  const std::vector<std::string> names = scheduler_names();
  std::string message = "type: '" + std::string(type) + "' is not a registered scheduler (registered:";
  for (const std::string& name : names) message += " " + name;
  return message + ")" + did_you_mean(type, names);
}

}  // namespace

Result<std::unique_ptr<Scheduler>> make_scheduler(std::string_view type, const Value& options,
                                                  SchedulerContext context) {
  const Entry* entry = find(type);
  if (entry == nullptr) return fail(errc::invalid_option, unknown_type(type));
  return entry->make(options, context);
}

std::string_view own_resource(std::string_view type) {
  const Entry* entry = find(type);
  return entry == nullptr ? std::string_view() : entry->resource;
}

bool is_scheduler(std::string_view type) {
  return find(type) != nullptr;
}

std::vector<std::string> scheduler_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

}  // namespace winnow

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

std::string unknown_type(std::string_view type) {
  const std::vector<std::string> names = scheduler_names();
  std::string message = "type: '" + std::string(type) + "' is not a registered scheduler (registered:";
  for (const std::string& name : names) message += " " + name;
  return message + ")" + did_you_mean(type, names);
}

}  // namespace

Result<std::unique_ptr<Scheduler>> make_scheduler(std::string_view type, const Value& options,
                                                  SchedulerContext context) {
  for (const Entry& entry : kEntries) {
    if (entry.name == type) return entry.make(options, context);
  }
  return fail(errc::invalid_option, unknown_type(type));
}

std::string_view own_resource(std::string_view type) {
  for (const Entry& entry : kEntries) {
    if (entry.name == type) return entry.resource;
  }
  return {};
}

std::vector<std::string> scheduler_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

}  // namespace winnow

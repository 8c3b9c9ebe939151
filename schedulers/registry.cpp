#include <array>
#include <winnow/core/nearest.hpp>
#include <winnow/schedulers/asha.hpp>
#include <winnow/schedulers/fifo.hpp>
#include <winnow/schedulers/registry.hpp>

namespace winnow {
namespace {

struct Entry {
  std::string_view name;
  Result<std::unique_ptr<Scheduler>> (*make)(const Value& options, SchedulerContext context);
};

constexpr std::array kEntries = {
    Entry{"asha", &make_asha},
    Entry{"fifo", &make_fifo},
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

std::vector<std::string> scheduler_names() {
  std::vector<std::string> names;
  for (const Entry& entry : kEntries) names.emplace_back(entry.name);
  return names;
}

}  // namespace winnow

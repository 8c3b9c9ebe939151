#include <winnow/engine/system_config.hpp>

#include <algorithm>
#include <thread>

#include <winnow/actors/handles.hpp>

namespace winnow {

int cores() {
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

SystemConfig::SystemConfig() {
  add_message_types<caf::id_block::winnow>();
  // One queue for all workers: an idle one sleeps until there is work, where the stealing kind looks for it all the
  // time and answers a lone trainer late.
  set("scheduler.policy", caf::atom("sharing"));
  set("scheduler.max-threads", static_cast<std::int64_t>(std::max(2, cores())));  // CAF's own least is 4
}

}  // namespace winnow

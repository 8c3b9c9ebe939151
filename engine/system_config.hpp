/// The actor system of Winnow's own programs. One of your own needs its first line (docs/actors.md).
#pragma once

#include <caf/actor_system_config.hpp>

namespace winnow {

/// Cores of this machine, at least one.
int cores();

struct SystemConfig : caf::actor_system_config {
  SystemConfig();
};

}  // namespace winnow

/// The devices of a machine, before anything is said about which of them are to be used.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <winnow/trainers/devices.hpp>

namespace winnow::devices {

struct Installed {
  std::string uuid{};                     ///< `GPU-…`; empty: not known
  std::optional<std::uint64_t> memory{};  ///< bytes
  std::vector<Device> parts{};            ///< the parts that MIG divides it into, `MIG-…`; empty: it isn't divided
};

/// In the order in which they are numbered.
struct Machine {
  Device::Platform platform = Device::Platform::cuda;
  std::vector<Installed> installed{};
};

}  // namespace winnow::devices

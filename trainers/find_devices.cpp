#include <winnow/trainers/find_devices.hpp>

#include <cstdlib>

#include <winnow/trainers/devices/kfd.hpp>
#include <winnow/trainers/devices/nvml.hpp>
#include <winnow/trainers/devices/visible.hpp>

namespace winnow {
namespace {

std::optional<std::string> variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Result<std::vector<Device>> find_devices(const std::vector<std::string>& named) {
  std::optional<devices::Machine> machine;
  std::string why;
  if (auto nvidia = devices::nvidia_devices(); nvidia && !nvidia->installed.empty()) {
    machine = std::move(*nvidia);
  } else if (auto amd = devices::amd_devices(); !amd.installed.empty()) {
    machine = std::move(amd);
  } else {
    why = nvidia ? "NVIDIA's driver has none" : nvidia.error().message;
  }
  auto usable = devices::usable(machine, variable, named);
  if (!usable || !usable->empty()) return usable;
  for (const char* name : {"CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"}) {
    if (const auto value = variable(name)) why = std::string(name) + " is '" + *value + "', which leaves none";
  }
  return fail(errc::invalid_input, "no device was found: " + why + "; `devices: [0]` in the sweep file names them");
}

}  // namespace winnow

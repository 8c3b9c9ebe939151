#include <winnow/trainers/devices/kfd.hpp>

#include <fstream>
#include <string>

namespace winnow::devices {
namespace {

/// Its lines are `name value`.
bool has_simd_units(const std::filesystem::path& properties) {
  std::ifstream file(properties);
  std::string name;
  for (std::uint64_t value = 0; file >> name >> value;) {
    if (name == "simd_count") return value > 0;
  }
  return false;
}

}  // namespace

Machine amd_devices(const std::filesystem::path& nodes) {
  Machine machine{Device::Platform::rocm, {}};
  std::error_code ignored;
  for (const auto& node : std::filesystem::directory_iterator(nodes, ignored)) {
    if (has_simd_units(node.path() / "properties")) machine.installed.emplace_back();
  }
  return machine;
}

}  // namespace winnow::devices

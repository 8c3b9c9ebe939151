/// Devices (GPUs) as values: what a slot has of them, and who has which. Finding them: trainers/find_devices.hpp.
///
/// Rules (docs/semantics.md, "Devices"): a part of a device goes to the one that is fullest and still has room, so that
/// four quarters lie on one before the next is begun, as Ray packs them; whole ones go to slots by themselves. Among
/// equals the first in the list is taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace winnow {

struct Device {
  enum class Platform { cuda, rocm };

  std::string id;                         ///< as CUDA_VISIBLE_DEVICES takes it: `2`, `GPU-…`, `MIG-…`
  std::optional<int> ordinal{};           ///< its number among those that this process sees, where that is known
  std::optional<std::uint64_t> memory{};  ///< bytes, where they are known
  Platform platform = Platform::cuda;
  bool operator==(const Device&) const = default;
};

/// What a slot has: some whole devices, or a part of one.
struct DeviceShare {
  std::vector<Device> devices;
  double gpus = 0;  ///< how much: as many as there are devices, or a part, below 1, of the one; 0: none
  bool operator==(const DeviceShare&) const = default;

  [[nodiscard]] bool empty() const { return devices.empty(); }
  /// The ids, with commas between them.
  [[nodiscard]] std::string ids() const;
};

/// Devices, and how much of each is free. Amounts are counted in millionths of a device, rounded down, so that sums are
/// exact: ten shares of 0.1 fill a device, and three of 0.333333.
class DevicePool {
public:
  DevicePool() = default;
  explicit DevicePool(std::vector<Device> devices);

  /// Nothing where no device, or not as many, have that much room. `gpus`: as in core/device_amount.hpp.
  std::optional<DeviceShare> take(double gpus);
  /// What `take` gave, once.
  void give_back(const DeviceShare& share);

  /// How many shares of this size there are when nothing is taken.
  [[nodiscard]] std::int64_t capacity(double gpus) const;
  [[nodiscard]] bool all_free() const;

private:
  struct Place {
    Device device;
    std::int64_t free;  ///< millionths
  };
  std::vector<Place> places_;
};

}  // namespace winnow

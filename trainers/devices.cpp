#include <winnow/trainers/devices.hpp>

#include <algorithm>
#include <cmath>

#include <winnow/core/device_amount.hpp>

namespace winnow {
namespace {

constexpr std::int64_t kWhole = 1'000'000;  ///< of a device

/// Of a part. The nudge is for numbers such as 0.29, of which the nearest double is a hair less; it is far below a
/// millionth. A part that is less than one counts as one.
std::int64_t millionths(double part) {
  return std::max<std::int64_t>(1, std::llround(std::floor(part * kWhole + 1e-4)));
}

}  // namespace

std::string DeviceShare::ids() const {
  std::string text;
  for (const Device& device : devices) text += (text.empty() ? "" : ",") + device.id;
  return text;
}

DevicePool::DevicePool(std::vector<Device> devices) {
  for (Device& device : devices) places_.push_back({std::move(device), kWhole});
}

std::optional<DeviceShare> DevicePool::take(double gpus) {
  if (!is_device_amount(gpus)) return std::nullopt;
  DeviceShare share{{}, gpus};
  if (gpus < 1) {
    const std::int64_t part = millionths(gpus);
    Place* fullest = nullptr;
    for (Place& place : places_) {
      if (place.free >= part && (fullest == nullptr || place.free < fullest->free)) fullest = &place;
    }
    if (fullest == nullptr) return std::nullopt;
    fullest->free -= part;
    share.devices.push_back(fullest->device);
    return share;
  }
  std::vector<Place*> empty;
  for (Place& place : places_) {
    if (place.free == kWhole && static_cast<double>(empty.size()) < gpus) empty.push_back(&place);
  }
  if (static_cast<double>(empty.size()) < gpus) return std::nullopt;
  for (Place* place : empty) {
    place->free = 0;
    share.devices.push_back(place->device);
  }
  return share;
}

void DevicePool::give_back(const DeviceShare& share) {
  const std::int64_t each = share.gpus < 1 ? millionths(share.gpus) : kWhole;
  for (Place& place : places_) {
    if (std::find(share.devices.begin(), share.devices.end(), place.device) != share.devices.end()) place.free += each;
  }
}

std::int64_t DevicePool::capacity(double gpus) const {
  if (!is_device_amount(gpus)) return 0;
  const auto devices = static_cast<std::int64_t>(places_.size());
  if (gpus < 1) return devices * (kWhole / millionths(gpus));
  return gpus > static_cast<double>(devices) ? 0 : devices / static_cast<std::int64_t>(gpus);
}

bool DevicePool::all_free() const {
  return std::all_of(places_.begin(), places_.end(), [](const Place& place) { return place.free == kWhole; });
}

}  // namespace winnow

/// A library in the place of NVIDIA's NVML, with the devices that FAKE_NVML lists: their UUIDs with commas between
/// them, after each, with slashes, the parts that MIG divides it into: `GPU-a,GPU-b/MIG-1/MIG-2`. A device has 80 GB,
/// a part 10. Without the variable there is no driver.
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

namespace {

struct Device {
  std::string uuid;
  std::vector<Device> parts;
};

std::vector<Device> devices;

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

constexpr int kSuccess = 0;
constexpr int kNotFound = 6;
constexpr int kNotLoaded = 9;

}  // namespace

extern "C" {

struct nvmlMemory {
  unsigned long long total, free, used;
};

int nvmlInit_v2() {
  const char* list = std::getenv("FAKE_NVML");
  if (list == nullptr) return kNotLoaded;
  for (const std::string& text : split(list, ',')) {
    const auto uuids = split(text, '/');
    Device& device = devices.emplace_back(Device{uuids.front(), {}});
    for (std::size_t i = 1; i < uuids.size(); ++i) device.parts.push_back({uuids[i], {}});
  }
  return kSuccess;
}
int nvmlShutdown() {
  devices.clear();
  return kSuccess;
}
const char* nvmlErrorString(int code) {
  return code == kNotLoaded ? "Driver Not Loaded" : "Not Found";
}
int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = static_cast<unsigned>(devices.size());
  return kSuccess;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned index, Device** device) {
  if (index >= devices.size()) return kNotFound;
  *device = &devices[index];
  return kSuccess;
}
int nvmlDeviceGetUUID(Device* device, char* uuid, unsigned size) {
  std::strncpy(uuid, device->uuid.c_str(), size);
  return kSuccess;
}
int nvmlDeviceGetMemoryInfo(Device* device, nvmlMemory* memory) {
  *memory = {(device->uuid.starts_with("MIG") ? 10ULL : 80ULL) * 1'000'000'000, 0, 0};
  return kSuccess;
}
int nvmlDeviceGetMigMode(Device* device, unsigned* current, unsigned* pending) {
  *current = *pending = device->parts.empty() ? 0 : 1;
  return kSuccess;
}
int nvmlDeviceGetMaxMigDeviceCount(Device*, unsigned* count) {
  *count = 7;
  return kSuccess;
}
int nvmlDeviceGetMigDeviceHandleByIndex(Device* device, unsigned index, Device** part) {
  if (index >= device->parts.size()) return kNotFound;
  *part = &device->parts[index];
  return kSuccess;
}
}

#include <winnow/trainers/devices/nvml.hpp>

#include <dlfcn.h>

#include <array>
#include <memory>

namespace winnow::devices {
namespace {

using Handle = struct nvmlDevice_st*;
struct Memory {  // nvmlMemory_t, bytes
  unsigned long long total, free, used;
};
constexpr int kSuccess = 0;
constexpr unsigned kMigEnabled = 1;
constexpr unsigned kUuidSize = 96;  // NVML_DEVICE_UUID_V2_BUFFER_SIZE

struct Close {
  void operator()(void* library) const { ::dlclose(library); }
};
using Library = std::unique_ptr<void, Close>;

/// Null: an older driver's library lacks it.
template <class Function>
Function* function(const Library& library, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library.get(), name));
}

struct Nvml {
  explicit Nvml(const Library& library)
      : init(function<int()>(library, "nvmlInit_v2")),
        shutdown(function<int()>(library, "nvmlShutdown")),
        error_text(function<const char*(int)>(library, "nvmlErrorString")),
        count(function<int(unsigned*)>(library, "nvmlDeviceGetCount_v2")),
        handle(function<int(unsigned, Handle*)>(library, "nvmlDeviceGetHandleByIndex_v2")),
        uuid(function<int(Handle, char*, unsigned)>(library, "nvmlDeviceGetUUID")),
        memory(function<int(Handle, Memory*)>(library, "nvmlDeviceGetMemoryInfo")),
        mig_mode(function<int(Handle, unsigned*, unsigned*)>(library, "nvmlDeviceGetMigMode")),
        most_parts(function<int(Handle, unsigned*)>(library, "nvmlDeviceGetMaxMigDeviceCount")),
        part(function<int(Handle, unsigned, Handle*)>(library, "nvmlDeviceGetMigDeviceHandleByIndex")) {}

  [[nodiscard]] bool complete() const { return init && shutdown && count && handle && uuid && memory; }

  [[nodiscard]] std::string uuid_of(Handle device) const {
    std::array<char, kUuidSize> text{};
    return uuid(device, text.data(), kUuidSize) == kSuccess ? std::string(text.data()) : std::string();
  }
  [[nodiscard]] std::optional<std::uint64_t> memory_of(Handle device) const {
    Memory bytes{};
    return memory(device, &bytes) == kSuccess ? std::optional<std::uint64_t>(bytes.total) : std::nullopt;
  }
  [[nodiscard]] std::vector<Device> parts_of(Handle device) const {
    std::vector<Device> parts;
    unsigned mode = 0;
    unsigned pending = 0;
    unsigned most = 0;
    if (!mig_mode || !most_parts || !part) return parts;
    if (mig_mode(device, &mode, &pending) != kSuccess || mode != kMigEnabled) return parts;
    if (most_parts(device, &most) != kSuccess) return parts;
    for (unsigned i = 0; i < most; ++i) {
      Handle one = nullptr;
      if (part(device, i, &one) == kSuccess) parts.push_back({.id = uuid_of(one), .memory = memory_of(one)});
    }
    return parts;
  }

  int (*init)();
  int (*shutdown)();
  const char* (*error_text)(int);
  int (*count)(unsigned*);
  int (*handle)(unsigned, Handle*);
  int (*uuid)(Handle, char*, unsigned);
  int (*memory)(Handle, Memory*);
  int (*mig_mode)(Handle, unsigned* current, unsigned* pending);
  int (*most_parts)(Handle, unsigned*);
  int (*part)(Handle, unsigned, Handle*);
};

}  // namespace

Result<Machine> nvidia_devices(const std::string& name) {
  const Library library(::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL));
  if (!library) return fail(errc::unsupported, "there is no " + name);
  const Nvml nvml(library);
  if (!nvml.complete()) return fail(errc::unsupported, name + " lacks functions of NVML");
  if (const int code = nvml.init(); code != kSuccess) {
    const std::string why = nvml.error_text ? nvml.error_text(code) : "error " + std::to_string(code);
    return fail(errc::unsupported, name + " finds no driver: " + why);
  }
  Machine machine;
  unsigned count = 0;
  if (nvml.count(&count) != kSuccess) count = 0;
  for (unsigned i = 0; i < count; ++i) {
    Installed& device = machine.installed.emplace_back();  // one that can't be asked keeps its number
    Handle handle = nullptr;
    if (nvml.handle(i, &handle) != kSuccess) continue;
    device = {nvml.uuid_of(handle), nvml.memory_of(handle), nvml.parts_of(handle)};
  }
  nvml.shutdown();
  return machine;
}

}  // namespace winnow::devices

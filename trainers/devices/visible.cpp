#include <winnow/trainers/devices/visible.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

namespace winnow::devices {
namespace {

using Platform = Device::Platform;

std::optional<int> number_in(const std::string& text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && at == end ? std::optional(number) : std::nullopt;
}

std::vector<std::string> entries_of(const std::string& list) {
  std::vector<std::string> entries;
  std::istringstream stream(list);
  for (std::string entry; std::getline(stream, entry, ',');) {
    const auto first = entry.find_first_not_of(' ');
    const auto last = entry.find_last_not_of(' ');
    entries.push_back(first == entry.npos ? "" : entry.substr(first, last - first + 1));
  }
  return entries;
}

/// What a machine's device, or a part of one, is called.
std::vector<Device> all_of(const Machine& machine) {
  std::vector<Device> all;
  const bool divided = std::any_of(machine.installed.begin(), machine.installed.end(),
                                   [](const Installed& device) { return !device.parts.empty(); });
  for (std::size_t i = 0; i < machine.installed.size(); ++i) {
    const Installed& device = machine.installed[i];
    all.insert(all.end(), device.parts.begin(), device.parts.end());
    if (!device.parts.empty()) continue;
    all.push_back({.id = std::to_string(i), .memory = device.memory, .platform = machine.platform});
    if (!divided) all.back().ordinal = static_cast<int>(i);  // beside parts CUDA numbers them otherwise
  }
  return all;
}

/// What `text` means on a machine that is known; nothing: no device, or more than one.
std::optional<Device> on_machine(const Machine& machine, const std::string& text) {
  if (const auto number = number_in(text)) {
    if (*number < 0 || static_cast<std::size_t>(*number) >= machine.installed.size()) return std::nullopt;
    const Installed& device = machine.installed[static_cast<std::size_t>(*number)];
    return Device{.id = device.uuid.empty() ? text : device.uuid, .memory = device.memory};
  }
  std::optional<Device> found;
  const auto consider = [&](const std::string& uuid, std::optional<std::uint64_t> memory) {
    if (text.empty() || !uuid.starts_with(text)) return true;
    if (found) return false;
    found = Device{.id = uuid, .memory = memory};
    return true;
  };
  for (const Installed& device : machine.installed) {
    if (!consider(device.uuid, device.memory)) return std::nullopt;
    for (const Device& part : device.parts) {
      if (!consider(part.id, part.memory)) return std::nullopt;
    }
  }
  return found;
}

/// One name for a device, however it is written.
std::string name_of(const std::optional<Machine>& machine, const std::string& text) {
  const auto device = machine ? on_machine(*machine, text) : std::nullopt;
  return device ? device->id : text;
}

/// The variable that says what can be seen.
struct Setting {
  const char* name = nullptr;
  std::string value{};
};

std::optional<Setting> setting_of(Platform platform, const Variable& variable) {
  const auto first = [&](std::initializer_list<const char*> names) -> std::optional<Setting> {
    for (const char* name : names) {
      if (auto value = variable(name)) return Setting{name, std::move(*value)};
    }
    return std::nullopt;
  };
  if (platform == Platform::cuda) return first({"CUDA_VISIBLE_DEVICES"});
  // HIP looks at either, and numbers what ROCR_VISIBLE_DEVICES leaves it from 0 (ROCm, "GPU isolation techniques").
  if (auto hip = first({"HIP_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"})) return hip;
  auto rocr = first({"ROCR_VISIBLE_DEVICES"});
  if (!rocr) return rocr;
  const std::size_t count = entries_of(std::exchange(rocr->value, "")).size();
  for (std::size_t i = 0; i < count; ++i) rocr->value += (i == 0 ? "" : ",") + std::to_string(i);
  return rocr;
}

/// The list ends before the first entry that means no device (CUDA C++ Programming Guide, "CUDA Environment
/// Variables").
Result<std::vector<Device>> seen(const std::optional<Machine>& machine, Platform platform, const Setting& setting) {
  std::vector<Device> devices;
  std::vector<std::string> names;
  const bool by_rocr = std::string_view(setting.name) == "ROCR_VISIBLE_DEVICES";
  for (const std::string& entry : entries_of(setting.value)) {
    const auto number = number_in(entry);
    if (entry.empty() || (number && *number < 0)) break;
    const auto device = machine ? on_machine(*machine, entry) : std::nullopt;
    const bool must_be_known = machine && !by_rocr && !entry.starts_with("MIG-");
    const bool has_uuids = machine && !machine->installed.empty() && !machine->installed.front().uuid.empty();
    if (!device && must_be_known && (number || has_uuids)) break;
    const std::string name = device ? device->id : entry;
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return fail(errc::invalid_input, std::string(setting.name) + ": " + entry + " stands twice in " + setting.value +
                                           ": each device may stand there once");
    }
    names.push_back(name);
    devices.push_back({.id = entry,
                       .ordinal = static_cast<int>(devices.size()),
                       .memory = device ? device->memory : std::nullopt,
                       .platform = platform});
  }
  return devices;
}

tl::unexpected<Error> no_such_device(const std::string& name, const std::vector<Device>& there,
                                     const std::optional<Setting>& setting) {
  const std::string where = setting ? std::string(" (") + setting->name + " is " + setting->value + ")" : "";
  const std::string ids = DeviceShare{there, 0}.ids();
  return fail(errc::invalid_input,
              "devices: " + name + ": no such device; " + (ids.empty() ? "there is none" : "there are " + ids) + where);
}

}  // namespace

Result<std::vector<Device>> usable(const std::optional<Machine>& machine, const Variable& variable,
                                   const std::vector<std::string>& named) {
  const bool only_rocm =
      !variable("CUDA_VISIBLE_DEVICES") && (variable("HIP_VISIBLE_DEVICES") || variable("ROCR_VISIBLE_DEVICES"));
  const Platform platform = machine ? machine->platform : only_rocm ? Platform::rocm : Platform::cuda;
  const auto setting = setting_of(platform, variable);
  std::vector<Device> there;
  if (setting) {
    auto devices = seen(machine, platform, *setting);
    if (!devices) return devices;
    there = std::move(*devices);
  } else if (machine) {
    there = all_of(*machine);
  }
  if (named.empty()) return there;
  std::vector<Device> chosen;
  std::vector<std::string> names;
  for (const std::string& text : named) {
    const std::string name = name_of(machine, text);
    if (std::find(names.begin(), names.end(), name) != names.end()) {
      return fail(errc::invalid_input, "devices: " + text + " stands twice; each device may stand there once");
    }
    names.push_back(name);
    if (!setting && !machine) {  // nobody knows better
      chosen.push_back({.id = text, .ordinal = number_in(text), .platform = platform});
      continue;
    }
    const auto found = std::find_if(there.begin(), there.end(),
                                    [&](const Device& device) { return name_of(machine, device.id) == name; });
    if (found == there.end()) return no_such_device(text, there, setting);
    chosen.push_back(*found);
    chosen.back().id = text;
  }
  return chosen;
}

}  // namespace winnow::devices

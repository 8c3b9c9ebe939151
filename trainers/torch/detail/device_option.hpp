#pragma once

#include <string>

#include <winnow/core/result.hpp>
#include <winnow/trainers/devices.hpp>
#include <winnow/trainers/fields.hpp>

namespace winnow {

/// The option `device`: cpu, auto, cuda or cuda:N. Fails with `invalid_input`.
inline Result<std::string> device_option(const Value& value) {
  const auto* text = value.get_ptr<const std::string*>();
  const bool is_numbered = text != nullptr && text->starts_with("cuda:") && text->size() > 5 && text->size() < 8 &&
                           text->find_first_not_of("0123456789", 5) == text->npos;
  if (text != nullptr && (*text == "cpu" || *text == "auto" || *text == "cuda" || is_numbered)) return *text;
  return fail(errc::invalid_input, "trainer.device: must be cpu, auto, cuda or cuda:N, got " + fields::shown(value));
}

/// Where a trial trains of which the option says `named`: `auto` is the device that its slot has, or cuda or the CPU
/// where it has none; only the CPU where LibTorch finds no GPU. Fails with `invalid_input` for a device of the slot's
/// that this process can't tell among those that it sees.
inline Result<std::string> device_of_trial(const std::string& named, const DeviceShare& share, bool has_cuda) {
  if (named != "auto") return named;
  if (!has_cuda) return "cpu";
  if (share.empty()) return "cuda";
  const Device& device = share.devices.front();
  if (device.ordinal) return "cuda:" + std::to_string(*device.ordinal);
  return fail(errc::invalid_input, "trainer.device: auto: which of the devices of this process is " + device.id +
                                       "? Start it with CUDA_VISIBLE_DEVICES=" + device.id);
}

}  // namespace winnow

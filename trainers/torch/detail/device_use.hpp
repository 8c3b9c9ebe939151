/// What a trial has of its device.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/StreamGuard.h>

#include <optional>
#include <string>

namespace winnow::hf {

/// For as long as a trial has something on its device. On a GPU whose process has other trials, too, its work goes to a
/// stream of its own, so that theirs runs beside it; in a process of its own it gets no more of the memory than its
/// part. What it leaves in LibTorch's cache is given back when it ends. On the CPU it is nothing.
class DeviceUse {
public:
  /// `gpus`: how much of the device is the trial's; 0, or from 1: all of it. Throws c10::Error where it isn't there.
  DeviceUse(const c10::Device& device, double gpus, bool own_process);
  ~DeviceUse();
  DeviceUse(const DeviceUse&) = delete;
  DeviceUse& operator=(const DeviceUse&) = delete;

  /// As long as it lives, the device works for the trial on what this thread asks for.
  [[nodiscard]] c10::OptionalStreamGuard guard() const;
  /// For people, after an error of the device's memory; empty: it had all of it.
  [[nodiscard]] std::string limit() const;

private:
  bool has_memory_ = false;            ///< on a GPU
  std::optional<double> part_{};       ///< of the memory, where it is limited
  std::optional<c10::Stream> stream_;  ///< none: the device's own
};

}  // namespace winnow::hf

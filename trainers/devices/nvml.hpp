/// NVIDIA's devices as the driver's library NVML lists them. It is loaded at run time and let go of again, so that
/// nothing of CUDA is needed to build or to start; of its interface only the few functions that are called are declared
/// here (NVML API Reference Guide, "Device Queries", "Multi Instance GPU Management").
#pragma once

#include <string>

#include <winnow/core/result.hpp>
#include <winnow/trainers/devices/machine.hpp>

namespace winnow::devices {

/// All devices, in the order of their PCI bus. Fails with `unsupported` and the reason: no such library, or no driver.
Result<Machine> nvidia_devices(const std::string& library = "libnvidia-ml.so.1");

}  // namespace winnow::devices

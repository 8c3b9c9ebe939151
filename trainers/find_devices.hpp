/// The devices (GPUs) that a sweep may use (docs/semantics.md, "Devices").
#pragma once

#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/devices.hpp>

namespace winnow {

/// NVIDIA's by NVML, else AMD's as the kernel lists them; of these, those that CUDA_VISIBLE_DEVICES (on ROCm
/// HIP_VISIBLE_DEVICES or ROCR_VISIBLE_DEVICES) leaves visible; of these, those that `named`, the sweep file's
/// `devices`, names. Where nothing can be asked these two are believed. At least one. Fails with `invalid_input`: a
/// name that isn't among them, or none at all.
Result<std::vector<Device>> find_devices(const std::vector<std::string>& named = {});

}  // namespace winnow

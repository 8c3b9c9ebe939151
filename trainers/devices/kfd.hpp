/// AMD's devices, counted as the kernel's driver for ROCm lists them (Linux, drivers/gpu/drm/amd/amdkfd,
/// kfd_topology.c): a folder for each node, of which those with SIMD units are GPUs, the others CPUs.
#pragma once

#include <filesystem>

#include <winnow/trainers/devices/machine.hpp>

namespace winnow::devices {

Machine amd_devices(const std::filesystem::path& nodes = "/sys/class/kfd/kfd/topology/nodes");

}  // namespace winnow::devices

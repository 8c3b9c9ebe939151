/// The memory of a GPU that LibTorch has taken; the only file that includes CUDA's headers is its source. With a
/// LibTorch without CUDA there is nothing to do.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>

namespace winnow::hf {

/// This process gets no more than this part (0 to 1) of the device's memory; c10::Error where it asks for more. It has
/// used the device before.
void limit_device_memory(const c10::Device& device, double part);
/// What LibTorch keeps of tensors that are gone goes back to the devices.
void give_back_device_memory();
/// Bytes of the device that this process's tensors take, or that LibTorch keeps for the next.
std::uint64_t device_memory_taken(const c10::Device& device);

}  // namespace winnow::hf

#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/types.h>

#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/detail/device_memory.hpp>
#include <winnow/trainers/torch/detail/device_use.hpp>

namespace winnow::hf {

DeviceUse::DeviceUse(const c10::Device& device, double gpus, bool own_process) {
  if (!device.is_cuda()) return;
  const c10::impl::VirtualGuardImpl of_type(device.type());
  const c10::Device numbered = device.has_index() ? device : of_type.getDevice();
  torch::empty({1}, torch::TensorOptions(numbered));  // LibTorch's allocator is ready after its first use
  has_memory_ = true;
  if (!own_process) {
    stream_ = of_type.getStreamFromGlobalPool(numbered);
  } else {
    if (gpus > 0 && gpus < 1) part_ = gpus;
    limit_device_memory(numbered, part_.value_or(1));  // the process may have served another trial, with another part
  }
}

DeviceUse::~DeviceUse() {
  if (has_memory_) give_back_device_memory();
}

c10::OptionalStreamGuard DeviceUse::guard() const {
  return stream_ ? c10::OptionalStreamGuard(*stream_) : c10::OptionalStreamGuard();
}

std::string DeviceUse::limit() const {
  return part_ ? "the trial may have " + Value(*part_).dump() + " of the device's memory, as resources.gpus says" : "";
}

}  // namespace winnow::hf

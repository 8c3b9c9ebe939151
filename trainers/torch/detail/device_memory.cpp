#ifdef WINNOW_CUDA
#include <c10/cuda/CUDACachingAllocator.h>
#endif

#include <winnow/trainers/torch/detail/device_memory.hpp>

namespace winnow::hf {

#ifdef WINNOW_CUDA

namespace allocator = c10::cuda::CUDACachingAllocator;

void limit_device_memory(const c10::Device& device, double part) {
  allocator::setMemoryFraction(part, device.index());
}

void give_back_device_memory() {
  allocator::emptyCache();
}

std::uint64_t device_memory_taken(const c10::Device& device) {
  const auto statistics = allocator::getDeviceStats(device.index());
  return static_cast<std::uint64_t>(statistics.reserved_bytes.at(0).current);  // of all pools together
}

#else

void limit_device_memory(const c10::Device&, double) {}
void give_back_device_memory() {}
std::uint64_t device_memory_taken(const c10::Device&) {
  return 0;
}

#endif

}  // namespace winnow::hf

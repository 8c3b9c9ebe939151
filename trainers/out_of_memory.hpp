/// Errors of a device's memory, by their words.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace winnow {

/// Whether a message says that a device (GPU) has no memory left: in the words of PyTorch, CUDA, HIP, or XLA (JAX,
/// TensorFlow).
inline bool is_out_of_device_memory(std::string_view message) {
  constexpr std::array<std::string_view, 9> kWords = {
      "CUDA out of memory",        "CUDA error: out of memory",  "CUDA_ERROR_OUT_OF_MEMORY",
      "cudaErrorMemoryAllocation", "CUBLAS_STATUS_ALLOC_FAILED", "HIP out of memory",
      "HIP error: out of memory",  "hipErrorOutOfMemory",        "RESOURCE_EXHAUSTED: Out of memory"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](std::string_view words) { return message.find(words) != message.npos; });
}

}  // namespace winnow

/// The state of LibTorch's own generator, which all threads draw from.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

namespace winnow::hf {

inline at::Tensor default_generator_state(const c10::Device& device) {
  at::Generator shared = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(shared.mutex());
  return shared.get_state();
}

inline void set_default_generator_state(const c10::Device& device, const at::Tensor& state) {
  at::Generator shared = at::globalContext().defaultGenerator(device);
  const std::lock_guard lock(shared.mutex());
  shared.set_state(state);
}

}  // namespace winnow::hf

/// The state of LibTorch's own generator, which all threads draw from.
#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>

#include <mutex>

#include <winnow/trainers/torch/model.hpp>

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

/// Whether the model, in training, draws from it, which then stands where it stood.
inline bool draws(Model& model, const Batch& batch) {
  const at::Tensor before = default_generator_state(at::kCPU);
  model.set_training(true);
  const at::NoGradGuard no_grad;
  model.forward(batch);
  const bool has_drawn = !default_generator_state(at::kCPU).equal(before);
  set_default_generator_state(at::kCPU, before);
  return has_drawn;
}

}  // namespace winnow::hf

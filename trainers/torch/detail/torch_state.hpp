/// The state of LibTorch's optimizers as tensors by name: `exp_avg.0`, `step.0`, … with the parameters numbered group
/// by group. (torch::save's form of it takes longer to write than a hundred steps of a small model may.)
#pragma once

#include <torch/optim/optimizer.h>

#include <map>
#include <string>

namespace winnow::hf {

/// Of Adam, AdamW, SGD, Adagrad and RMSprop. Throws std::invalid_argument for another.
std::map<std::string, torch::Tensor> torch_state(torch::optim::Optimizer& optimizer);
/// Into a fresh one; its options stay as they are. Throws std::invalid_argument for another optimizer's.
void set_torch_state(torch::optim::Optimizer& optimizer, const std::map<std::string, torch::Tensor>& state);

}  // namespace winnow::hf

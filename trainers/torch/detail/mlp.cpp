#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <string>

#include <winnow/trainers/torch/detail/mlp.hpp>

namespace winnow {
namespace {

torch::Tensor activate(Activation activation, const torch::Tensor& x) {
  switch (activation) {
    case Activation::relu: return torch::relu(x);
    case Activation::tanh: return torch::tanh(x);
    case Activation::gelu: return torch::gelu(x);
    case Activation::silu: return torch::silu(x);
  }
  return x;
}

/// A generator that nobody else draws from.
at::Generator own_generator(const torch::Device& device, std::uint64_t seed) {
  if (device.is_cpu()) return at::make_generator<at::CPUGeneratorImpl>(seed);
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(seed);
  return generator;
}

}  // namespace

Mlp::Mlp(std::int64_t features, std::int64_t classes, const Hyperparameters& hyperparameters, std::uint64_t seed)
    : activation_(hyperparameters.activation), dropout_(hyperparameters.dropout), seed_(seed) {
  const at::Generator init = own_generator(torch::kCPU, seed);
  std::int64_t inputs = features;
  for (std::int64_t layer = 0; layer <= hyperparameters.layers; ++layer) {
    const std::int64_t outputs = layer < hyperparameters.layers ? hyperparameters.hidden : classes;
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    for (const auto& shape : {std::vector<std::int64_t>{outputs, inputs}, std::vector<std::int64_t>{outputs}}) {
      parameters_.push_back(torch::empty(shape, torch::kFloat32).uniform_(-bound, bound, init));
    }
    inputs = outputs;
  }
}

void Mlp::to(const torch::Device& device) {
  for (torch::Tensor& parameter : parameters_) parameter = parameter.detach().to(device).requires_grad_(true);
  generator_ = own_generator(device, seed_ + 1);
}

hf::ModelOutput Mlp::forward(const hf::Batch& batch) {
  torch::Tensor x = batch.at("x");
  for (std::size_t i = 0; i + 2 < parameters_.size(); i += 2) {
    x = activate(activation_, torch::linear(x, parameters_[i], parameters_[i + 1]));
    if (trains_ && dropout_ > 0) {
      x = x * torch::empty_like(x.detach()).bernoulli_(1 - dropout_, generator_).div_(1 - dropout_);
    }
  }
  const torch::Tensor logits = torch::linear(x, parameters_[parameters_.size() - 2], parameters_.back());
  return {torch::cross_entropy_loss(logits, batch.at("labels")), logits};
}

std::vector<hf::NamedParameter> Mlp::parameters() {
  std::vector<hf::NamedParameter> all;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    all.push_back({"layers." + std::to_string(i / 2) + (i % 2 == 0 ? ".weight" : ".bias"), parameters_[i]});
  }
  return all;
}

Result<std::unique_ptr<hf::Optimizer>> mlp_optimizer(const Hyperparameters& hyperparameters,
                                                     const std::vector<hf::NamedParameter>& parameters) {
  std::vector<torch::Tensor> tensors;
  for (const hf::NamedParameter& one : parameters) tensors.push_back(one.tensor);
  const double rate = hyperparameters.learning_rate;
  const double decay = hyperparameters.weight_decay;
  switch (hyperparameters.optimizer) {
    case OptimizerKind::sgd: {
      const auto options = torch::optim::SGDOptions(rate).weight_decay(decay).momentum(hyperparameters.momentum);
      return hf::torch_optimizer(std::make_unique<torch::optim::SGD>(tensors, options));
    }
    case OptimizerKind::adam: {
      const auto options = torch::optim::AdamOptions(rate).weight_decay(decay);
      return hf::torch_optimizer(std::make_unique<torch::optim::Adam>(tensors, options));
    }
    case OptimizerKind::adamw: break;
  }
  const auto options = torch::optim::AdamWOptions(rate).weight_decay(decay);
  return hf::torch_optimizer(std::make_unique<torch::optim::AdamW>(tensors, options));
}

}  // namespace winnow

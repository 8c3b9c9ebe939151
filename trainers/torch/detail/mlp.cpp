#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>

#include <cmath>
#include <optional>

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

template <class Options>
void set_rates(torch::optim::Optimizer& optimizer, const Hyperparameters& hyperparameters) {
  for (auto& group : optimizer.param_groups()) {
    auto& options = static_cast<Options&>(group.options());
    options.lr(hyperparameters.learning_rate);
    options.weight_decay(hyperparameters.weight_decay);
    if constexpr (std::is_same_v<Options, torch::optim::SGDOptions>) options.momentum(hyperparameters.momentum);
  }
}

}  // namespace

Mlp::Mlp(std::int64_t features, std::int64_t classes, const Hyperparameters& hyperparameters, at::Generator init,
         const torch::Device& device)
    : activation_(hyperparameters.activation), dropout_(hyperparameters.dropout) {
  std::int64_t inputs = features;
  for (std::int64_t layer = 0; layer <= hyperparameters.layers; ++layer) {
    const std::int64_t outputs = layer < hyperparameters.layers ? hyperparameters.hidden : classes;
    const double bound = 1 / std::sqrt(static_cast<double>(inputs));
    for (const auto& shape : {std::vector<std::int64_t>{outputs, inputs}, std::vector<std::int64_t>{outputs}}) {
      torch::Tensor tensor = torch::empty(shape, torch::kFloat32);
      tensor.uniform_(-bound, bound, init);
      parameters_.push_back(tensor.to(device).requires_grad_(true));
    }
    inputs = outputs;
  }
}

torch::Tensor Mlp::forward(torch::Tensor x, std::optional<at::Generator> dropout) const {
  for (std::size_t i = 0; i + 2 < parameters_.size(); i += 2) {
    x = activate(activation_, torch::linear(x, parameters_[i], parameters_[i + 1]));
    if (dropout && dropout_ > 0) {
      x = x * torch::empty_like(x.detach()).bernoulli_(1 - dropout_, *dropout).div_(1 - dropout_);
    }
  }
  return torch::linear(x, parameters_[parameters_.size() - 2], parameters_.back());
}

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const std::vector<torch::Tensor>& parameters,
                                                        const Hyperparameters& hyperparameters) {
  std::unique_ptr<torch::optim::Optimizer> optimizer;
  const double rate = hyperparameters.learning_rate;
  switch (hyperparameters.optimizer) {
    case OptimizerKind::sgd:
      optimizer = std::make_unique<torch::optim::SGD>(parameters, torch::optim::SGDOptions(rate));
      break;
    case OptimizerKind::adam:
      optimizer = std::make_unique<torch::optim::Adam>(parameters, torch::optim::AdamOptions(rate));
      break;
    case OptimizerKind::adamw:
      optimizer = std::make_unique<torch::optim::AdamW>(parameters, torch::optim::AdamWOptions(rate));
      break;
  }
  set_optimizer_options(*optimizer, hyperparameters);
  return optimizer;
}

void set_optimizer_options(torch::optim::Optimizer& optimizer, const Hyperparameters& hyperparameters) {
  switch (hyperparameters.optimizer) {
    case OptimizerKind::sgd: return set_rates<torch::optim::SGDOptions>(optimizer, hyperparameters);
    case OptimizerKind::adam: return set_rates<torch::optim::AdamOptions>(optimizer, hyperparameters);
    case OptimizerKind::adamw: return set_rates<torch::optim::AdamWOptions>(optimizer, hyperparameters);
  }
}

}  // namespace winnow

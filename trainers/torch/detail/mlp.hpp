/// The classifier's network and its optimizer, as LibTorch tensors. Included by the two sources that know LibTorch.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/optim/optimizer.h>
#include <torch/types.h>

#include <memory>
#include <vector>

#include <winnow/trainers/torch/options.hpp>

namespace winnow {

/// `layers` hidden layers, each linear, activation, dropout; then one linear layer to the classes.
class Mlp {
public:
  /// Weights and biases start uniform in ±1/√(inputs), as torch.nn.Linear's; they are drawn on the CPU, then moved.
  Mlp(std::int64_t features, std::int64_t classes, const Hyperparameters& hyperparameters, at::Generator init,
      const torch::Device& device);

  /// rows × features to rows × classes (logits). With a generator, dropout draws from it; without one there is none.
  [[nodiscard]] torch::Tensor forward(torch::Tensor x, std::optional<at::Generator> dropout) const;
  /// Weight, bias, weight, bias, … from the first layer on.
  [[nodiscard]] std::vector<torch::Tensor>& parameters() { return parameters_; }

private:
  Activation activation_;
  double dropout_;
  std::vector<torch::Tensor> parameters_;
};

std::unique_ptr<torch::optim::Optimizer> make_optimizer(const std::vector<torch::Tensor>& parameters,
                                                        const Hyperparameters& hyperparameters);

/// Sets learning rate, weight decay and momentum: they are the trial's own, whatever loading a state did to them.
void set_optimizer_options(torch::optim::Optimizer& optimizer, const Hyperparameters& hyperparameters);

}  // namespace winnow

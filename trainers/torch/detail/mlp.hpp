/// The classifier's network and its optimizer, for the Trainer's loop.
#pragma once

#include <memory>
#include <vector>

#include <winnow/trainers/torch/model.hpp>
#include <winnow/trainers/torch/optimizer.hpp>
#include <winnow/trainers/torch/options.hpp>

namespace winnow {

/// `layers` hidden layers, each linear, activation, dropout; then one linear layer to the classes. Takes the columns
/// `x`
/// ([rows, features]) and `labels`; its parameters are `layers.0.weight`, `layers.0.bias`, `layers.1.weight`, …
class Mlp final : public hf::Model {
public:
  /// Weights and biases start uniform in ±1/√(inputs), as torch.nn.Linear's; they are drawn on the CPU from a generator
  /// of their own, as is dropout, on the device.
  Mlp(std::int64_t features, std::int64_t classes, const Hyperparameters& hyperparameters, std::uint64_t seed);

  hf::ModelOutput forward(const hf::Batch& batch) override;
  std::vector<hf::NamedParameter> parameters() override;
  std::vector<std::pair<std::string, torch::Tensor>> buffers() override { return {}; }
  std::vector<at::Generator> generators() override { return {generator_}; }
  void set_training(bool on) override { trains_ = on; }
  void to(const torch::Device& device) override;

private:
  Activation activation_;
  double dropout_;
  std::uint64_t seed_;
  std::vector<torch::Tensor> parameters_{};  ///< weight, bias, weight, bias, …
  at::Generator generator_{};                ///< of dropout
  bool trains_ = true;
};

/// For all parameters alike: with weight decay as each optimizer means it.
Result<std::unique_ptr<hf::Optimizer>> mlp_optimizer(const Hyperparameters& hyperparameters,
                                                     const std::vector<hf::NamedParameter>& parameters);

}  // namespace winnow

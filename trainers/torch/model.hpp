/// What the Trainer trains: a torch::nn module of the program's own, or a TorchScript file, behind one face.
#pragma once

#include <ATen/core/Generator.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/normalization.h>
#include <torch/types.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <winnow/core/result.hpp>

namespace winnow::hf {

/// Columns by name, each of [rows, …]: what a model's `forward` takes, `labels` among them.
using Batch = std::map<std::string, torch::Tensor>;

struct ModelOutput {
  torch::Tensor loss{};    ///< a scalar, the mean over the rows; undefined without labels
  torch::Tensor logits{};  ///< [rows, …]
};

struct NamedParameter {
  std::string name;  ///< as in a state dict: `encoder.0.weight`
  torch::Tensor tensor;
  bool of_layer_norm = false;  ///< weight decay leaves it alone, as biases (HF 4.37, Trainer.get_decay_parameter_names)
};

/// Used by one thread at a time.
class Model {
public:
  virtual ~Model() = default;
  virtual ModelOutput forward(const Batch& batch) = 0;
  /// Those that are trained, in their order.
  virtual std::vector<NamedParameter> parameters() = 0;
  virtual std::vector<std::pair<std::string, torch::Tensor>> buffers() = 0;
  /// That the model draws from itself, for dropout say: checkpoints hold their states. One that draws from LibTorch's
  /// own, which all threads share, is repeatable only where nothing else trains.
  virtual std::vector<at::Generator> generators() { return {}; }
  /// Dropout and the like: on while it trains, off while it is evaluated.
  virtual void set_training(bool on) = 0;
  virtual void to(const torch::Device& device) = 0;
};

/// `Module` is a torch::nn::Module with `ModelOutput forward(const Batch&)`.
template <class Module>
std::shared_ptr<Model> model_of(std::shared_ptr<Module> module);

/// A file that `torch.jit.save` wrote. Its forward takes the batch's columns by their names, those that it has; it
/// returns logits, (loss, logits), or a dictionary of them. Without a loss it is the mean cross-entropy of whole
/// labels, else the mean squared error. Fails with `invalid_input`: it can't be read.
Result<std::shared_ptr<Model>> script_model(const std::filesystem::path& file);

// --- how

namespace detail {

template <class Module>
class ModuleModel final : public Model {
public:
  explicit ModuleModel(std::shared_ptr<Module> module) : module_(std::move(module)) {}
  ModelOutput forward(const Batch& batch) override { return module_->forward(batch); }
  std::vector<NamedParameter> parameters() override {
    std::vector<NamedParameter> all;
    const auto parts = module_->named_modules();
    for (const auto& parameter : module_->named_parameters()) {
      const auto& name = parameter.key();
      const auto dot = name.rfind('.');
      const auto* owner = dot == std::string::npos ? nullptr : parts.find(name.substr(0, dot));
      all.push_back(
          {name, parameter.value(), owner != nullptr && (*owner)->template as<torch::nn::LayerNorm>() != nullptr});
    }
    return all;
  }
  std::vector<std::pair<std::string, torch::Tensor>> buffers() override {
    std::vector<std::pair<std::string, torch::Tensor>> all;
    for (const auto& buffer : module_->named_buffers()) all.emplace_back(buffer.key(), buffer.value());
    return all;
  }
  void set_training(bool on) override { module_->train(on); }
  void to(const torch::Device& device) override { module_->to(device); }

private:
  std::shared_ptr<Module> module_;
};

}  // namespace detail

template <class Module>
std::shared_ptr<Model> model_of(std::shared_ptr<Module> module) {
  return std::make_shared<detail::ModuleModel<Module>>(std::move(module));
}

}  // namespace winnow::hf

/// The optimizers that the Trainer knows, with HF's two groups: weight decay for all parameters but biases and those of
/// layer norms (transformers 4.37, Trainer.create_optimizer and get_optimizer_cls_and_kwargs).
#pragma once

#include <torch/optim/optimizer.h>
#include <torch/types.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/hf/training_arguments.hpp>
#include <winnow/trainers/torch/model.hpp>

namespace winnow::hf {

class Optimizer {
public:
  virtual ~Optimizer() = default;
  /// One step along the gradients with this learning rate.
  virtual void step(double learning_rate) = 0;
  /// What a checkpoint needs to hold.
  virtual std::map<std::string, torch::Tensor> state() = 0;
  /// Of a fresh one. Throws where it isn't this optimizer's.
  virtual void set_state(const std::map<std::string, torch::Tensor>& state) = 0;
};

/// One of LibTorch's own: Adam, AdamW, SGD, Adagrad or RMSprop. The learning rate is that of each step, for all its
/// groups; its other options are the optimizer's, whatever it is loaded from.
std::unique_ptr<Optimizer> torch_optimizer(std::unique_ptr<torch::optim::Optimizer> optimizer);

using OptimizerMaker = std::function<Result<std::unique_ptr<Optimizer>>(const TrainingArguments& arguments,
                                                                        const std::vector<NamedParameter>& parameters)>;
/// The one that `optim` names. Fails with `invalid_input` where it isn't there.
Result<std::unique_ptr<Optimizer>> make_optimizer(const TrainingArguments& arguments,
                                                  const std::vector<NamedParameter>& parameters);

}  // namespace winnow::hf

/// The two small models that classify the digits, and the digits as tensors.
#pragma once

#include <torch/nn/module.h>
#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include <winnow/trainers/torch/dataset.hpp>
#include <winnow/trainers/torch/rows.hpp>
#include <winnow/trainers/torch/training_loop.hpp>

namespace winnow::bench {

struct Digits {
  torch::Tensor x_train, y_train, x_test, y_test;
};

/// For the encoder a pixel is a token, 0 to 16; for the MLP a number in [0, 1].
Digits digits_for(const std::string& model, const Dataset& dataset);
/// Columns `x` and `labels`.
std::shared_ptr<const hf::Rows> rows_of(const torch::Tensor& x, const torch::Tensor& labels);

class Net : public torch::nn::Module {
public:
  virtual torch::Tensor logits(const torch::Tensor& x) = 0;
  hf::ModelOutput forward(const hf::Batch& batch);
};

/// `mlp`: 64 - 64 - 10 with relu. `wide`: 64 - 1024 - 1024 - 1024 - 10, whose gradients take 8.7 MB. `encoder`: that of
/// examples/hf_search, 16 wide.
std::shared_ptr<Net> make_net(const std::string& model);
Metrics accuracy(const hf::EvalPrediction& prediction);
/// Forward passes in training so far, of all nets of this process.
std::int64_t training_steps();

}  // namespace winnow::bench

#include "net.hpp"

#include <torch/torch.h>

#include <atomic>

namespace winnow::bench {
namespace {

constexpr std::int64_t kPixels = 64;
constexpr std::int64_t kTokens = 17;
constexpr std::int64_t kDigits = 10;

std::atomic<std::int64_t> passes{0};

class Mlp final : public Net {
public:
  torch::Tensor logits(const torch::Tensor& x) override { return out_->forward(torch::relu(hidden_->forward(x))); }

private:
  torch::nn::Linear hidden_ = register_module("hidden", torch::nn::Linear(kPixels, 64));
  torch::nn::Linear out_ = register_module("out", torch::nn::Linear(64, kDigits));
};

class Wide final : public Net {
public:
  torch::Tensor logits(const torch::Tensor& x) override {
    torch::Tensor hidden = torch::relu(first_->forward(x));
    hidden = torch::relu(second_->forward(hidden));
    return out_->forward(torch::relu(third_->forward(hidden)));
  }

private:
  static constexpr std::int64_t kWidth = 1024;

  torch::nn::Linear first_ = register_module("first", torch::nn::Linear(kPixels, kWidth));
  torch::nn::Linear second_ = register_module("second", torch::nn::Linear(kWidth, kWidth));
  torch::nn::Linear third_ = register_module("third", torch::nn::Linear(kWidth, kWidth));
  torch::nn::Linear out_ = register_module("out", torch::nn::Linear(kWidth, kDigits));
};

class Encoder final : public Net {
public:
  torch::Tensor logits(const torch::Tensor& x) override {
    const torch::Tensor embedded = tokens_->forward(x) + places_->forward(torch::arange(x.size(1), x.options()));
    return out_->forward(layer_->forward(embedded.transpose(0, 1)).mean(0));
  }

private:
  static constexpr std::int64_t kWidth = 16;

  torch::nn::Embedding tokens_ = register_module("tokens", torch::nn::Embedding(kTokens, kWidth));
  torch::nn::Embedding places_ = register_module("places", torch::nn::Embedding(kPixels, kWidth));
  torch::nn::TransformerEncoderLayer layer_ = register_module(
      "layer", torch::nn::TransformerEncoderLayer(
                   torch::nn::TransformerEncoderLayerOptions(kWidth, 2).dim_feedforward(2 * kWidth).dropout(0)));
  torch::nn::Linear out_ = register_module("out", torch::nn::Linear(kWidth, kDigits));
};

torch::Tensor x_of(const Rows& rows, bool as_tokens) {
  const torch::Tensor x = torch::tensor(rows.x).view({-1, kPixels});
  return as_tokens ? (x * (kTokens - 1)).round().to(torch::kInt64) : x;
}

}  // namespace

Digits digits_for(const std::string& model, const Dataset& dataset) {
  const bool as_tokens = model == "encoder";
  return {x_of(dataset.train, as_tokens), torch::tensor(dataset.train.y), x_of(dataset.test, as_tokens),
          torch::tensor(dataset.test.y)};
}

std::shared_ptr<const hf::Rows> rows_of(const torch::Tensor& x, const torch::Tensor& labels) {
  return hf::tensor_rows({{"x", x}, {"labels", labels}}).value();
}

hf::ModelOutput Net::forward(const hf::Batch& batch) {
  if (is_training()) ++passes;
  const torch::Tensor logits = this->logits(batch.at("x"));
  return {torch::cross_entropy_loss(logits, batch.at("labels")), logits};
}

std::shared_ptr<Net> make_net(const std::string& model) {
  if (model == "encoder") return std::make_shared<Encoder>();
  if (model == "wide") return std::make_shared<Wide>();
  return std::make_shared<Mlp>();
}

Metrics accuracy(const hf::EvalPrediction& prediction) {
  const torch::Tensor right = prediction.predictions.argmax(-1).eq(prediction.label_ids);
  return {{"accuracy", right.to(torch::kFloat64).mean().item<double>()}};
}

std::int64_t training_steps() {
  return passes;
}

}  // namespace winnow::bench

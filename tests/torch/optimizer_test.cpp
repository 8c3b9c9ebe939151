/// Optimizers step by step, with schedule, weight decay's groups and clipping, beside transformers 4.37.2 and PyTorch
/// (tests/data/hf/make_optimizers.py says what is trained).
#include <gtest/gtest.h>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <vector>

#include <winnow/trainers/torch/detail/mlp.hpp>
#include <winnow/trainers/torch/optimizer.hpp>
#include <winnow/trainers/torch/schedule.hpp>

namespace winnow::optimizer_test {
namespace {

torch::Tensor filled(std::vector<std::int64_t> shape, const std::function<double(std::int64_t)>& value) {
  torch::Tensor tensor = torch::empty(shape, torch::kFloat32);
  for (std::int64_t i = 0; i < tensor.numel(); ++i) tensor.view({-1})[i] = value(i);
  return tensor;
}

std::vector<hf::NamedParameter> parameters() {
  std::vector<hf::NamedParameter> all{{"linear.weight", torch::empty({3, 4})},
                                      {"linear.bias", torch::empty({3})},
                                      {"norm.weight", torch::empty({3}), true},
                                      {"norm.bias", torch::empty({3}), true}};
  for (std::size_t p = 0; p < all.size(); ++p) {
    all[p].tensor = filled(all[p].tensor.sizes().vec(),
                           [&](auto i) { return std::cos(static_cast<double>(i) + static_cast<double>(p)); });
    all[p].tensor.requires_grad_(true);
  }
  return all;
}

/// Its weights after each step.
void expect_steps(const hf::OptimizerMaker& make, const Value& run) {
  auto given = run.at("arguments");
  given["max_steps"] = run.at("weights").size();
  const auto args = *hf::completed(hf::from_json(given)->arguments);
  auto all = parameters();
  std::vector<torch::Tensor> tensors;
  for (const auto& one : all) tensors.push_back(one.tensor);
  const auto optimizer = make(args, all).value();
  const auto schedule = hf::Schedule::make(args, 1).value();
  for (std::size_t t = 0; t < run.at("weights").size(); ++t) {
    for (std::size_t p = 0; p < tensors.size(); ++p) {
      tensors[p].mutable_grad() = filled(tensors[p].sizes().vec(), [&](auto i) {
        return 3 * std::sin(0.7 * static_cast<double>(i) + 1.3 * static_cast<double>(t) + static_cast<double>(p));
      });
    }
    if (args.max_grad_norm > 0) torch::nn::utils::clip_grad_norm_(tensors, args.max_grad_norm);
    optimizer->step(schedule.rate(static_cast<std::int64_t>(t)));
    std::size_t at = 0;
    for (const torch::Tensor& tensor : tensors) {
      const torch::Tensor flat = tensor.detach().flatten();
      for (std::int64_t i = 0; i < flat.numel(); ++i, ++at) {
        ASSERT_NEAR(flat[i].item<double>(), run.at("weights")[t][at].get<double>(), 2e-6) << t << " " << at;
      }
    }
  }
}

Value vectors() {
  std::ifstream file(std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/hf/optimizers.json");
  return Value::parse(file);
}

TEST(TrainerOptimizer, StepsAreHuggingFaces) {
  const Value all = vectors();
  ASSERT_EQ(all.at("runs").size(), 6U);
  for (const Value& run : all.at("runs")) {
    SCOPED_TRACE(run.at("arguments").dump());
    expect_steps(hf::make_optimizer, run);
  }
}

TEST(ClassifierOptimizer, StepsArePyTorchs) {
  const Value all = vectors();
  for (const auto& [name, kind] : {std::pair("adam", OptimizerKind::adam), std::pair("sgd", OptimizerKind::sgd),
                                   std::pair("adamw", OptimizerKind::adamw)}) {
    SCOPED_TRACE(name);
    const Hyperparameters hyperparameters{.weight_decay = 0.1, .optimizer = kind, .momentum = 0.9};
    expect_steps(
        [&](const hf::TrainingArguments&, const std::vector<hf::NamedParameter>& all_of_them) {
          return mlp_optimizer(hyperparameters, all_of_them);
        },
        all.at("own").at(name));
  }
}

}  // namespace
}  // namespace winnow::optimizer_test

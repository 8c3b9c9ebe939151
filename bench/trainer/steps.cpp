#include <ATen/Parallel.h>
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include <winnow/trainers/torch/trainer.hpp>

#include "parts.hpp"

namespace winnow::bench {
namespace {

constexpr double kRate = 1e-3;

double wall_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_us() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

std::int64_t steps_of(const Digits& digits, const Settings& settings) {
  return settings.epochs * ((digits.x_train.size(0) + settings.batch_size - 1) / settings.batch_size);
}

double by_trainer(const Digits& digits, const Settings& settings) {
  hf::TrainingArguments args;
  args.learning_rate = kRate;
  args.num_train_epochs = static_cast<double>(settings.epochs);
  args.per_device_train_batch_size = settings.batch_size;
  args.logging_strategy = args.save_strategy = args.evaluation_strategy = "no";
  args.device = "cpu";
  auto trainer =
      must(hf::Trainer::make({.model_init = [&](const hf::Trial*) { return hf::model_of(make_net(settings.model)); },
                              .args = args,
                              .train_dataset = rows_of(digits.x_train, digits.y_train)}));
  return must(trainer.train()).training_loss;
}

/// What hf::Trainer does for a step, and nothing else.
double by_bare_loop(const Digits& digits, const Settings& settings) {
  torch::manual_seed(42);
  const auto net = make_net(settings.model);
  const std::vector<torch::Tensor> parameters = net->parameters();
  torch::optim::AdamW adam(parameters, torch::optim::AdamWOptions(kRate).weight_decay(0));
  const std::int64_t rows = digits.x_train.size(0);
  const std::int64_t steps = steps_of(digits, settings);
  std::int64_t step = 0;
  double total = 0;
  for (std::int64_t epoch = 0; epoch < settings.epochs; ++epoch) {
    const torch::Tensor order = torch::randperm(rows);
    for (std::int64_t begin = 0; begin < rows; begin += settings.batch_size, ++step) {
      const torch::Tensor batch = order.narrow(0, begin, std::min(settings.batch_size, rows - begin));
      const torch::Tensor logits = net->logits(digits.x_train.index_select(0, batch));
      const torch::Tensor loss = torch::cross_entropy_loss(logits, digits.y_train.index_select(0, batch));
      loss.backward();
      total += loss.item<double>();
      torch::nn::utils::clip_grad_norm_(parameters, 1.0);
      const double rate = kRate * static_cast<double>(steps - step) / static_cast<double>(steps);
      for (auto& group : adam.param_groups()) group.options().set_lr(rate);
      adam.step();
      for (const torch::Tensor& parameter : parameters) parameter.mutable_grad().reset();
    }
  }
  return total / static_cast<double>(steps);
}

template <class Training>
OrderedJson sample(const Digits& digits, const Settings& settings, Training&& training) {
  const auto steps = static_cast<double>(steps_of(digits, settings));
  const double wall = wall_us();
  const double cpu = cpu_us();
  const double loss = training(digits, settings);
  return {{"wall_us", (wall_us() - wall) / steps}, {"cpu_us", (cpu_us() - cpu) / steps}, {"loss", loss}};
}

}  // namespace

OrderedJson measure_steps(const Digits& digits, const Settings& settings) {
  at::set_num_threads(1);
  Settings warm = settings;
  warm.epochs = 1;
  by_trainer(digits, warm);
  by_bare_loop(digits, warm);
  OrderedJson trainer = OrderedJson::array();
  OrderedJson bare = OrderedJson::array();
  for (std::int64_t round = 0; round < settings.rounds; ++round) {
    if (round % 2 == 0) trainer.push_back(sample(digits, settings, by_trainer));
    bare.push_back(sample(digits, settings, by_bare_loop));
    if (round % 2 == 1) trainer.push_back(sample(digits, settings, by_trainer));
  }
  return {{"trainer", trainer}, {"bare", bare}};
}

}  // namespace winnow::bench

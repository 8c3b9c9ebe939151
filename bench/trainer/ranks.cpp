#include <ATen/Parallel.h>

#include <chrono>
#include <vector>

#include <winnow/trainers/torch/trainer.hpp>

#include "parts.hpp"
#include "watched.hpp"

namespace winnow::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Notes when each step takes its rows.
hf::Trainer trainer_of(const Digits& digits, const Settings& settings, std::vector<Clock::time_point>& steps) {
  hf::TrainingArguments args;
  args.learning_rate = 1e-3;
  args.num_train_epochs = static_cast<double>(settings.epochs);
  args.per_device_train_batch_size = settings.batch_size;
  args.logging_strategy = args.save_strategy = args.evaluation_strategy = "no";
  args.device = "cpu";
  args.disable_tqdm = true;
  return must(hf::Trainer::make(
      {.model_init = [&](const hf::Trial*) { return hf::model_of(make_net(settings.model)); },
       .args = args,
       .train_dataset =
           std::make_shared<Watched>(rows_of(digits.x_train, digits.y_train), [&] { steps.push_back(Clock::now()); }),
       .ranks = {.rank = settings.rank, .size = settings.ranks, .init_method = "file://" + settings.store.string()}}));
}

}  // namespace

OrderedJson measure_ranks(const Digits& digits, const Settings& settings) {
  at::set_num_threads(1);
  std::vector<Clock::time_point> steps;
  must(trainer_of(digits, settings, steps).train());
  OrderedJson us = OrderedJson::array();
  for (std::size_t i = 1; i < steps.size(); ++i) {
    us.push_back(std::chrono::duration<double, std::micro>(steps[i] - steps[i - 1]).count());
  }
  return {{"steps_us", us}};
}

}  // namespace winnow::bench

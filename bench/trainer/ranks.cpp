#include <ATen/Parallel.h>

#include <winnow/trainers/torch/trainer.hpp>

#include "parts.hpp"

namespace winnow::bench {
namespace {

double us_a_step(hf::Trainer& trainer) {
  const auto output = must(trainer.train());
  return metric_at(output.metrics, "train_runtime") * 1e6 / static_cast<double>(output.global_step);
}

hf::Trainer trainer_of(const Digits& digits, const Settings& settings, double epochs, const std::string& store) {
  hf::TrainingArguments args;
  args.learning_rate = 1e-3;
  args.num_train_epochs = epochs;
  args.per_device_train_batch_size = settings.batch_size;
  args.logging_strategy = args.save_strategy = args.evaluation_strategy = "no";
  args.device = "cpu";
  args.disable_tqdm = true;
  return must(
      hf::Trainer::make({.model_init = [&](const hf::Trial*) { return hf::model_of(make_net(settings.model)); },
                         .args = args,
                         .train_dataset = rows_of(digits.x_train, digits.y_train),
                         .ranks = {.rank = settings.rank, .size = settings.ranks, .init_method = "file://" + store}}));
}

}  // namespace

OrderedJson measure_ranks(const Digits& digits, const Settings& settings) {
  at::set_num_threads(1);
  auto warm = trainer_of(digits, settings, 1, settings.store.string() + ".warm");
  us_a_step(warm);
  auto trainer = trainer_of(digits, settings, static_cast<double>(settings.epochs), settings.store.string());
  return {{"wall_us", us_a_step(trainer)}};
}

}  // namespace winnow::bench

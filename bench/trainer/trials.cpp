#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <variant>
#include <vector>

#include <winnow/trainers/torch/trainer.hpp>

#include "parts.hpp"
#include "watched.hpp"

namespace winnow::bench {
namespace {

using Clock = std::chrono::steady_clock;

double us(Clock::duration time) {
  return std::chrono::duration<double, std::micro>(time).count();
}

std::unique_ptr<TrainableFactory> trials_on(std::shared_ptr<const hf::Rows> train, std::shared_ptr<const hf::Rows> eval,
                                            const Settings& settings, std::int64_t eval_batch_size) {
  hf::TrainingArguments args;
  args.num_train_epochs = static_cast<double>(settings.epochs);
  args.per_device_train_batch_size = settings.batch_size;
  args.per_device_eval_batch_size = eval_batch_size;
  args.evaluation_strategy = "steps";
  args.eval_steps = 100;
  args.logging_strategy = args.save_strategy = "no";
  args.device = "cpu";
  const auto trainer = must(hf::Trainer::make(
      {.model_init = [model = settings.model](const hf::Trial*) { return hf::model_of(make_net(model)); },
       .args = args,
       .train_dataset = std::move(train),
       .eval_dataset = std::move(eval),
       .compute_metrics = accuracy}));
  return must(hf::trials_of(trainer));
}

TrialContext context(TrialId number) {
  TrialContext context;
  context.trial = number;
  context.params.set("learning_rate", 1e-3);
  context.params.set("seed", static_cast<std::int64_t>(number));
  return context;
}

/// In microseconds. Each trial has a new thread, whose start counts; a hundred trials are not counted.
std::vector<double> starts(const Digits& digits, const Settings& settings) {
  std::optional<Clock::time_point> first;
  Trainable* running = nullptr;
  const auto on_batch = [&] {
    if (!first) first = Clock::now();
    running->cancel();
  };
  const auto factory = trials_on(std::make_shared<Watched>(rows_of(digits.x_train, digits.y_train), on_batch),
                                 rows_of(digits.x_test, digits.y_test), settings, digits.x_test.size(0));
  std::vector<double> samples;
  constexpr std::int64_t kWarm = 100;
  for (std::int64_t number = 0; number < settings.trials + kWarm; ++number) {
    first.reset();
    const auto begin = Clock::now();
    std::thread([&] {
      const auto trial = must(factory->make(context(static_cast<TrialId>(number))));
      running = trial.get();
      (void)trial->advance();
    }).join();
    if (number >= kWarm) samples.push_back(us(first.value() - begin));
  }
  return samples;
}

/// One trial, with an evaluation every hundred steps and a checkpoint with each, as a slot asks for them.
OrderedJson parts_of_a_trial(const Digits& digits, const Settings& settings, std::int64_t eval_batch_size) {
  std::optional<Clock::time_point> evaluating;
  const auto on_batch = [&] {
    if (!evaluating) evaluating = Clock::now();
  };
  const auto factory =
      trials_on(rows_of(digits.x_train, digits.y_train),
                std::make_shared<Watched>(rows_of(digits.x_test, digits.y_test), on_batch), settings, eval_batch_size);
  const auto trial = must(factory->make(context(0)));
  std::vector<double> steps, evaluations, saves;
  for (;;) {
    evaluating.reset();
    const auto begin = Clock::now();
    const Progress progress = must(trial->advance());
    const auto reported = Clock::now();
    if (std::holds_alternative<Finished>(progress)) break;
    must(trial->save(settings.directory / "state"));
    steps.push_back(us(evaluating.value() - begin));
    evaluations.push_back(us(reported - *evaluating));
    saves.push_back(us(Clock::now() - reported));
  }
  return {{"hundred_steps_us", steps}, {"evaluation_us", evaluations}, {"save_us", saves}};
}

}  // namespace

OrderedJson measure_trials(const Digits& digits, const Settings& settings) {
  return {{"start_us", starts(digits, settings)},
          {"all_rows_in_one_batch", parts_of_a_trial(digits, settings, digits.x_test.size(0))},
          {"eight_rows_a_batch", parts_of_a_trial(digits, settings, 8)}};
}

}  // namespace winnow::bench

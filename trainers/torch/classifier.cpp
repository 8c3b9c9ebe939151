#include <cmath>
#include <map>
#include <mutex>
#include <utility>

#include <winnow/trainers/torch/classifier.hpp>
#include <winnow/trainers/torch/detail/mlp.hpp>
#include <winnow/trainers/torch/detail/run_trial.hpp>

namespace winnow {
namespace {

/// Held-out rows evaluated at once.
constexpr std::int64_t kEvalRows = 4096;

struct RowSets {
  std::shared_ptr<const hf::Rows> train;
  std::shared_ptr<const hf::Rows> test;
};

/// Rows as tensors.
struct Columns {
  torch::Tensor x;
  torch::Tensor y;

  [[nodiscard]] std::shared_ptr<const hf::Rows> on(const torch::Device& device) const {
    return hf::tensor_rows({{"x", x.to(device)}, {"labels", y.to(device)}}).value();
  }
};

/// The rows on the devices that trials train on: put there once, by the first that does. Used by several threads.
class RowsOnDevices {
public:
  RowsOnDevices(Columns train, Columns test) : train_(std::move(train)), test_(std::move(test)) {}
  /// Throws c10::Error where the device isn't there, or has no room.
  RowSets on(const std::string& device) {
    const std::lock_guard lock(mutex_);
    const auto found = sets_.find(device);
    if (found != sets_.end()) return found->second;
    return sets_[device] = {train_.on(torch::Device(device)), test_.on(torch::Device(device))};
  }

private:
  const Columns train_;
  const Columns test_;
  std::mutex mutex_;
  std::map<std::string, RowSets> sets_;
};

/// What all trials share.
struct Shared {
  Shared(ClassifierOptions the_options, std::int64_t features_count, std::int64_t classes_count, Columns train,
         Columns test)
      : options(std::move(the_options)),
        features(features_count),
        classes(classes_count),
        rows(std::move(train), std::move(test)) {}

  const ClassifierOptions options;
  const std::int64_t features;
  const std::int64_t classes;
  RowsOnDevices rows;
};

/// The part that is classified right.
Metrics accuracy(const hf::EvalPrediction& prediction) {
  const torch::Tensor right = prediction.predictions.argmax(1).eq(prediction.label_ids);
  return {{"accuracy", static_cast<double>(right.sum().item<std::int64_t>()) / static_cast<double>(right.numel())}};
}

/// HF's arguments that make its loop this one: a constant learning rate, no clipping, a report an epoch.
hf::TrainingArguments arguments_of(const Shared& shared, const Hyperparameters& hyperparameters, std::uint64_t seed) {
  hf::TrainingArguments args;
  args.learning_rate = hyperparameters.learning_rate;
  args.weight_decay = hyperparameters.weight_decay;
  args.optim = to_string(hyperparameters.optimizer);
  args.lr_scheduler_type = "constant";
  args.max_grad_norm = 0;
  args.per_device_train_batch_size = hyperparameters.batch_size;
  args.per_device_eval_batch_size = kEvalRows;
  args.num_train_epochs = static_cast<double>(shared.options.epochs);
  args.evaluation_strategy = args.logging_strategy = "epoch";
  args.save_strategy = "no";
  args.logging_nan_inf_filter = false;
  args.data_seed = static_cast<std::int64_t>(seed + 2);  // beside those of the weights and of dropout
  return args;
}

class Classifier final : public hf::RunTrial {
public:
  Classifier(std::shared_ptr<Shared> shared, const Hyperparameters& hyperparameters, const TrialContext& context)
      : RunTrial(context, shared->options.device),
        shared_(std::move(shared)),
        hyperparameters_(hyperparameters),
        seed_(context.seed) {}

private:
  Result<std::unique_ptr<hf::TrainingRun>> start(const std::string& device) override {
    const RowSets rows = shared_->rows.on(device);
    auto options = std::make_shared<hf::TrainerOptions>();
    options->train_dataset = rows.train;
    options->eval_dataset = rows.test;
    options->compute_metrics = accuracy;
    options->optimizer = [this](const hf::TrainingArguments&, const std::vector<hf::NamedParameter>& parameters) {
      return mlp_optimizer(hyperparameters_, parameters);
    };
    auto args = arguments_of(*shared_, hyperparameters_, seed_);
    args.device = device;
    auto ranks = join(args);
    if (!ranks) return fail(std::move(ranks.error()));
    auto model = std::make_shared<Mlp>(shared_->features, shared_->classes, hyperparameters_, seed_);
    return hf::TrainingRun::make(std::move(options), std::move(model), std::move(args), std::move(*ranks));
  }
  Result<StepReport> report(const hf::TrainingRun& run) override {
    return StepReport{static_cast<Step>(std::lround(run.state().epoch)),
                      {{"train/loss", run.loss()},
                       {"eval/loss", *find_metric(run.evaluation(), "eval_loss")},
                       {"eval/accuracy", *find_metric(run.evaluation(), "eval_accuracy")}}};
  }

  std::shared_ptr<Shared> shared_;
  Hyperparameters hyperparameters_;
  std::uint64_t seed_;
};

class ClassifierFactory final : public TrainableFactory {
public:
  explicit ClassifierFactory(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    const auto hyperparameters = read_hyperparameters(shared_->options.fixed, context.params);
    if (!hyperparameters) return fail(hyperparameters.error());
    return std::make_unique<Classifier>(shared_, *hyperparameters, context);
  }
  [[nodiscard]] bool takes_ranks() const override { return true; }
  [[nodiscard]] bool uses_devices() const override { return hf::uses_devices(shared_->options.device); }
  Result<void> check(const Assignment& example) override {
    const auto hyperparameters = read_hyperparameters(shared_->options.fixed, example);
    return hyperparameters ? Result<void>{} : fail(hyperparameters.error());
  }

private:
  const std::shared_ptr<Shared> shared_;
};

/// A copy of the rows.
Columns columns_of(Rows& rows, std::int64_t features) {
  const auto count = static_cast<std::int64_t>(rows.y.size());
  return {torch::from_blob(rows.x.data(), {count, features}, torch::kFloat32).clone(),
          torch::from_blob(rows.y.data(), {count}, torch::kInt64).clone()};
}

Result<std::shared_ptr<Shared>> load(ClassifierOptions options, Dataset data) {
  const std::string named = options.device;
  if (auto there = hf::check_device(named); !there)
    return fail(errc::invalid_input, "trainer." + there.error().message);
  if (data.train.y.empty() || data.test.y.empty()) return fail(errc::internal, "trainer.data: no rows");
  try {
    const auto features = static_cast<std::int64_t>(data.features);
    auto shared = std::make_shared<Shared>(std::move(options), features, data.classes, columns_of(data.train, features),
                                           columns_of(data.test, features));
    if (named != "auto") shared->rows.on(named);  // what is the matter with it is said before the first trial
    return shared;
  } catch (const c10::Error& error) {
    return fail(errc::invalid_input, "trainer.device: " + named + ": " + error.what_without_backtrace());
  }
}

}  // namespace

Result<std::unique_ptr<TrainableFactory>> make_classifier(const std::string&, const Value& options,
                                                          const std::filesystem::path& base) {
  auto read = read_classifier_options(options, base);
  if (!read) return fail(read.error());
  auto data = read_dataset(read->data, read->dataset);
  if (!data) return fail(data.error());
  auto shared = load(std::move(*read), std::move(*data));
  if (!shared) return fail(shared.error());
  return std::make_unique<ClassifierFactory>(std::move(*shared));
}

}  // namespace winnow

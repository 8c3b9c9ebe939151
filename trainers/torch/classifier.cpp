#include <atomic>

#include <winnow/base/catching.hpp>
#include <winnow/trainers/torch/classifier.hpp>
#include <winnow/trainers/torch/detail/first_line.hpp>
#include <winnow/trainers/torch/training.hpp>

namespace winnow {
namespace {

class Classifier final : public Trainable {
public:
  Classifier(std::shared_ptr<const DeviceData> data, const Hyperparameters& hyperparameters, std::int64_t epochs,
             std::uint64_t seed)
      : data_(std::move(data)), hyperparameters_(hyperparameters), epochs_(epochs), seed_(seed) {}

  Result<Progress> advance() override {
    return guarded([this]() -> Result<Progress> {
      if (broken_ || cancelled_) return fail(errc::cancelled, "the trial was cancelled");
      if (training().epoch() >= epochs_) return Finished{};
      const auto result = training().train_epoch(cancelled_);
      if (!result) {
        broken_ = true;
        return fail(errc::cancelled, "the trial was cancelled");
      }
      return StepReport{training().epoch(),
                        {{"train/loss", result->train_loss},
                         {"eval/loss", result->eval_loss},
                         {"eval/accuracy", result->eval_accuracy}}};
    });
  }
  /// Fails with `illegal_state` after a cancel in the middle of an epoch: the state after the last one is gone.
  Result<void> save(const std::filesystem::path& file) override {
    if (broken_) return fail(errc::illegal_state, "the trial was cancelled in the middle of an epoch");
    return guarded([&] { return training().save(file); });
  }
  Result<void> restore(const std::filesystem::path& file) override {
    return guarded([&]() -> Result<void> {
      if (training_ != nullptr) return fail(errc::illegal_state, "a trial can be restored before its first epoch only");
      auto restored = training().restore(file);
      if (!restored) training_.reset();
      return restored;
    });
  }
  [[nodiscard]] bool can_save() const override { return true; }
  void cancel() noexcept override { cancelled_ = true; }

private:
  /// Made on the thread that trains.
  Training& training() {
    if (training_ == nullptr) training_ = start_training(data_, hyperparameters_, seed_);
    return *training_;
  }
  /// A state that an exception left behind is between two epochs no more.
  template <class Body>
  auto guarded(Body&& body) -> decltype(body()) {
    return catching(errc::trial_failed, body, [this](const std::exception& error) {
      broken_ = true;
      return first_line(error);
    });
  }

  std::shared_ptr<const DeviceData> data_;
  Hyperparameters hyperparameters_;
  std::int64_t epochs_;
  std::uint64_t seed_;
  std::unique_ptr<Training> training_;
  std::atomic<bool> cancelled_{false};
  bool broken_ = false;  ///< the state is between two epochs no more
};

class ClassifierFactory final : public TrainableFactory {
public:
  ClassifierFactory(std::shared_ptr<const DeviceData> data, ClassifierOptions options)
      : data_(std::move(data)), options_(std::move(options)) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext& context) override {
    const auto hyperparameters = read_hyperparameters(options_.fixed, context.params);
    if (!hyperparameters) return fail(hyperparameters.error());
    return std::make_unique<Classifier>(data_, *hyperparameters, options_.epochs, context.seed);
  }

private:
  const std::shared_ptr<const DeviceData> data_;
  const ClassifierOptions options_;
};

}  // namespace

Result<std::unique_ptr<TrainableFactory>> make_classifier(const std::string&, const Value& options,
                                                          const std::filesystem::path& base) {
  auto read = read_classifier_options(options, base);
  if (!read) return fail(read.error());
  auto data = read_dataset(read->data, read->dataset);
  if (!data) return fail(data.error());
  auto loaded = load_to_device(std::move(*data), read->device);
  if (!loaded) return fail(loaded.error());
  return std::make_unique<ClassifierFactory>(std::move(*loaded), std::move(*read));
}

}  // namespace winnow

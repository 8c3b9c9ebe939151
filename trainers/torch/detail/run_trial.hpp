/// A trial that is a TrainingRun: a report for each evaluation, and one at the end where there was none.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <winnow/trainers/torch/detail/device_use.hpp>
#include <winnow/trainers/torch/detail/trainer_parts.hpp>
#include <winnow/trainers/torch/detail/training_run.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow::hf {

class RunTrial : public Trainable {
public:
  /// `device`: what the option of that name says.
  RunTrial(const TrialContext& context, std::string device)
      : attempt_(std::to_string(context.trial) + "/" + std::to_string(context.attempt)),
        place_(context.ranks),
        device_(std::move(device)),
        devices_(context.devices),
        own_process_(context.own_process) {}
  ~RunTrial() override;

  Result<Progress> advance() final;
  /// Fails with `illegal_state` once the trial was cancelled or has thrown: there is no state between two steps.
  Result<void> save(const std::filesystem::path& file) final;
  Result<void> restore(const std::filesystem::path& file) final;
  [[nodiscard]] bool can_save() const final { return true; }
  void cancel() noexcept final { cancelled_ = true; }

protected:
  /// The others that train this attempt; null: none. Fails as Ranks::join.
  Result<std::shared_ptr<Ranks>> join(const TrainingArguments& args) const {
    return join_ranks(place_, attempt_, args);
  }

private:
  /// On the thread that trains, in a slice. `device`: a name that torch::Device takes.
  virtual Result<std::unique_ptr<TrainingRun>> start(const std::string& device) = 0;
  /// Of the run's last evaluation.
  virtual Result<StepReport> report(const TrainingRun& run) = 0;

  Result<void> take_device();
  Result<void> begin();
  Result<Progress> train();
  /// On the trial's stream. Says what is thrown; after that the trial can't go on.
  template <class Body>
  auto guarded(Body&& body) -> decltype(body());

  std::string attempt_;
  RankPlace place_;
  std::string device_;  ///< as the option says; by its own name once `use_` is there
  DeviceShare devices_;
  bool own_process_;
  std::optional<DeviceUse> use_{};
  std::unique_ptr<TrainingRun> run_{};
  std::atomic<bool> cancelled_{false};
  bool broken_ = false;
  bool has_reported_ = false;
};

}  // namespace winnow::hf

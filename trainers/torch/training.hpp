/// One multilayer perceptron in training: the part of the classifier that needs LibTorch, behind a face without it.
///
/// Reproducible on CPU: initial weights, the order of rows and dropout draw from generators of the training's own,
/// seeded with `seed`; an epoch runs with one intra-op thread and one BLAS thread. Equal seeds give equal bits,
/// whatever else trains in the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include <winnow/core/result.hpp>
#include <winnow/trainers/torch/dataset.hpp>
#include <winnow/trainers/torch/options.hpp>

namespace winnow {

/// The rows as tensors on a device; read-only, shared by all trainings.
struct DeviceData;

/// `device` as in ClassifierOptions. Fails with `invalid_input` if it isn't there.
Result<std::shared_ptr<const DeviceData>> load_to_device(Dataset data, const std::string& device);

struct EpochResult {
  double train_loss = 0;     ///< mean over the epoch's rows, while the weights moved
  double eval_loss = 0;      ///< mean over the held-out rows, after the epoch
  double eval_accuracy = 0;  ///< part of the held-out rows that are classified right, 0 to 1
};

class Training {
public:
  virtual ~Training() = default;
  /// Epochs done.
  [[nodiscard]] virtual std::int64_t epoch() const = 0;
  /// Trains one epoch and evaluates. Empty if `cancelled` became true on the way; then the training can't go on.
  virtual std::optional<EpochResult> train_epoch(const std::atomic<bool>& cancelled) = 0;
  /// Weights, optimizer, generators and epoch in one file, a TorchScript archive (`torch.jit.load` reads the weights).
  virtual Result<void> save(const std::filesystem::path& file) = 0;
  /// Before the first epoch. The file must be of the same kind of network and optimizer; the other hyperparameters are
  /// this training's own. Fails with `io`, `corrupt` or `invalid_input`.
  virtual Result<void> restore(const std::filesystem::path& file) = 0;
};

/// Throws what LibTorch throws (no memory, say).
std::unique_ptr<Training> start_training(std::shared_ptr<const DeviceData> data, const Hyperparameters& hyperparameters,
                                         std::uint64_t seed);

}  // namespace winnow

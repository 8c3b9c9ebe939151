/// The trainer `classifier`: a multilayer perceptron on labelled rows (dataset.hpp), with the options and
/// hyperparameters of options.hpp. One report an epoch: step = epoch, from 1; metrics train/loss, eval/loss,
/// eval/accuracy (training.hpp). Saves and continues bit for bit on the CPU.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// A TrainerMaker: reads the data, once for all trials. Fails with `invalid_input` for wrong options or data; the
/// factory's `make` for wrong hyperparameters.
Result<std::unique_ptr<TrainableFactory>> make_classifier(const std::string& type, const Value& options,
                                                          const std::filesystem::path& base);

}  // namespace winnow

/// The trainer `hf`: Hugging Face's Trainer (trainer.hpp) on a TorchScript file, with the options of hf_options.hpp and
/// the data of read_rows.hpp. A trial's parameters are training arguments, written onto those that the options fix.
/// Reports and their steps are those of `hf::trials_of`: objective, eval_loss, and eval_accuracy for whole labels or
/// eval_mse for others.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// A TrainerMaker: reads the data, once for all trials, and tries the model on some rows of it. Fails with
/// `invalid_input` and `trainer.OPTION: what`; the factory's `make` with `parameters.NAME: what`.
Result<std::unique_ptr<TrainableFactory>> make_hf_trainer(const std::string& type, const Value& options,
                                                          const std::filesystem::path& base);

}  // namespace winnow

/// The data of the trainer `hf`: columns by their names, which are those of the model's forward, from HDF5 or JSON
/// lines.
///
/// HDF5 (recognised by its content): each dataset is a column of [rows, …], integers as int64, floats as float32. In
/// one file for both parts these are datasets of the groups `train` and `eval`, or `NAME_train` and `NAME_eval`; `test`
/// is read as `eval`. JSON lines: one object a line, the same columns in each: numbers, arrays of numbers of one shape;
/// columns of anything else are passed over. Whole `input_ids`, `attention_mask` and `token_type_ids` may have a length
/// of their own in each line: batches are padded to their longest. Columns that stand in one file unsplit are split,
/// alike in every process, each class by itself where the labels are whole.
///
/// `label` and `y` are read as `labels`. Where there is no attention_mask, input_ids bring one. All must be finite.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/torch/rows.hpp>

namespace winnow::hf {

struct RowFiles {
  std::filesystem::path data{};  ///< for both parts; or the two below
  std::filesystem::path train{};
  std::filesystem::path eval{};
  double test_fraction = 0.2;     ///< in (0, 1): what is held out of an unsplit file
  std::int64_t pad_token_id = 0;  ///< of input_ids
};

struct ReadRows {
  std::shared_ptr<const Rows> rows{};
  /// Some that show what can go wrong: the first, those with the greatest and the least whole number of each column,
  /// and with the longest sequence.
  torch::Tensor telling{};
};

struct RowSets {
  ReadRows train{};
  ReadRows eval{};
};

/// Fails with `invalid_input` and `trainer.OPTION: file: what`.
Result<RowSets> read_rows(const RowFiles& files);

}  // namespace winnow::hf

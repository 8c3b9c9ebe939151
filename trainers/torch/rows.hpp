/// The rows that the Trainer trains and evaluates on.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/torch/model.hpp>

namespace winnow::hf {

/// Read-only, and shared by all trials: used from several threads at once.
class Rows {
public:
  virtual ~Rows() = default;
  [[nodiscard]] virtual std::int64_t size() const = 0;
  /// `rows`: int64 [n], on the CPU, each from 0 to size() - 1. On any device: training moves it to its own.
  [[nodiscard]] virtual Batch batch(const torch::Tensor& rows) const = 0;
  /// Of each row, for group_by_length; empty: they are all of one length.
  [[nodiscard]] virtual std::vector<std::int64_t> lengths() const { return {}; }
};

/// Columns of [rows, …] each, all with as many rows; they stay on their devices. Fails with `invalid_input`.
Result<std::shared_ptr<const Rows>> tensor_rows(Batch columns);

/// Sequences of tokens, each batch padded to its longest: columns `input_ids` and `attention_mask`, and `labels` (int64
/// or float32, [rows]), as HF's DataCollatorWithPadding gives them. Fails with `invalid_input`.
Result<std::shared_ptr<const Rows>> token_rows(std::vector<std::vector<std::int64_t>> tokens, torch::Tensor labels,
                                               std::int64_t pad_token_id = 0);

}  // namespace winnow::hf

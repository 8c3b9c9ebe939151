#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <winnow/trainers/torch/rows.hpp>

namespace winnow::bench {

/// Rows that say when a batch of them is asked for.
class Watched final : public hf::Rows {
public:
  Watched(std::shared_ptr<const hf::Rows> rows, std::function<void()> on_batch)
      : rows_(std::move(rows)), on_batch_(std::move(on_batch)) {}
  [[nodiscard]] std::int64_t size() const override { return rows_->size(); }
  [[nodiscard]] hf::Batch batch(const torch::Tensor& rows) const override {
    on_batch_();
    return rows_->batch(rows);
  }

private:
  std::shared_ptr<const hf::Rows> rows_;
  std::function<void()> on_batch_;
};

}  // namespace winnow::bench

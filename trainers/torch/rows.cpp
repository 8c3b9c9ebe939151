#include <algorithm>
#include <utility>

#include <winnow/trainers/torch/rows.hpp>

namespace winnow::hf {
namespace {

class TensorRows final : public Rows {
public:
  TensorRows(Batch columns, std::int64_t size) : columns_(std::move(columns)), size_(size) {}
  [[nodiscard]] std::int64_t size() const override { return size_; }
  [[nodiscard]] Batch batch(const torch::Tensor& rows) const override {
    Batch batch;
    for (const auto& [name, column] : columns_) {
      const bool same = column.device() == rows.device();
      batch.emplace(name, column.index_select(0, same ? rows : rows.to(column.device())));
    }
    return batch;
  }

private:
  Batch columns_;
  std::int64_t size_;
};

class TokenRows final : public Rows {
public:
  TokenRows(std::vector<std::vector<std::int64_t>> tokens, torch::Tensor labels, std::int64_t pad)
      : tokens_(std::move(tokens)), labels_(std::move(labels)), pad_(pad) {}
  [[nodiscard]] std::int64_t size() const override { return std::ssize(tokens_); }
  [[nodiscard]] Batch batch(const torch::Tensor& rows) const override {
    const auto* numbers = rows.data_ptr<std::int64_t>();
    const std::int64_t count = rows.size(0);
    std::int64_t longest = 0;
    for (std::int64_t i = 0; i < count; ++i) longest = std::max(longest, length(numbers[i]));
    const torch::Tensor ids = torch::full({count, longest}, pad_, torch::kInt64);
    const torch::Tensor mask = torch::zeros({count, longest}, torch::kInt64);
    for (std::int64_t i = 0; i < count; ++i) {
      const auto& row = tokens_[static_cast<std::size_t>(numbers[i])];
      std::copy(row.begin(), row.end(), ids.data_ptr<std::int64_t>() + i * longest);
      std::fill_n(mask.data_ptr<std::int64_t>() + i * longest, row.size(), 1);
    }
    return {{"attention_mask", mask}, {"input_ids", ids}, {"labels", labels_.index_select(0, rows)}};
  }
  [[nodiscard]] std::vector<std::int64_t> lengths() const override {
    std::vector<std::int64_t> all;
    for (const auto& row : tokens_) all.push_back(std::ssize(row));
    return all;
  }

private:
  [[nodiscard]] std::int64_t length(std::int64_t row) const {
    return std::ssize(tokens_[static_cast<std::size_t>(row)]);
  }

  std::vector<std::vector<std::int64_t>> tokens_;
  torch::Tensor labels_;
  std::int64_t pad_;
};

}  // namespace

Result<std::shared_ptr<const Rows>> tensor_rows(Batch columns) {
  if (columns.empty()) return fail(errc::invalid_input, "rows need at least one column");
  std::int64_t size = -1;
  for (auto& [name, column] : columns) {
    if (column.dim() < 1) return fail(errc::invalid_input, "column " + name + " is no tensor of [rows, …]");
    if (size >= 0 && column.size(0) != size) {
      return fail(errc::invalid_input, "column " + name + " has " + std::to_string(column.size(0)) +
                                           " rows, the others " + std::to_string(size));
    }
    size = column.size(0);
    column = column.contiguous();
  }
  if (size == 0) return fail(errc::invalid_input, "there are no rows");
  return std::make_shared<const TensorRows>(std::move(columns), size);
}

Result<std::shared_ptr<const Rows>> token_rows(std::vector<std::vector<std::int64_t>> tokens, torch::Tensor labels,
                                               std::int64_t pad_token_id) {
  if (tokens.empty()) return fail(errc::invalid_input, "there are no rows");
  if (labels.dim() < 1 || labels.size(0) != std::ssize(tokens)) {
    return fail(errc::invalid_input, std::to_string(tokens.size()) + " rows of tokens need as many labels");
  }
  return std::make_shared<const TokenRows>(std::move(tokens), labels.cpu().contiguous(), pad_token_id);
}

}  // namespace winnow::hf

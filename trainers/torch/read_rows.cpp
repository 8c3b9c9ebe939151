#include <algorithm>
#include <system_error>
#include <utility>

#include <winnow/trainers/torch/dataset.hpp>
#include <winnow/trainers/torch/detail/choose_test_rows.hpp>
#include <winnow/trainers/torch/detail/columns.hpp>
#include <winnow/trainers/torch/read_rows.hpp>

namespace winnow::hf {
namespace {

/// Sequences, padded to the longest of each batch, beside columns of one shape.
class PaddedRows final : public Rows {
public:
  PaddedRows(std::map<std::string, std::shared_ptr<const Rows>> sequences, std::shared_ptr<const Rows> tensors)
      : sequences_(std::move(sequences)), tensors_(std::move(tensors)) {}
  [[nodiscard]] std::int64_t size() const override { return sequences_.begin()->second->size(); }
  [[nodiscard]] Batch batch(const torch::Tensor& rows) const override {
    Batch batch = tensors_ == nullptr ? Batch() : tensors_->batch(rows);
    for (const auto& [name, sequence] : sequences_) {
      Batch padded = sequence->batch(rows);
      batch.emplace(name, padded.at("input_ids"));
      batch.emplace("attention_mask", padded.at("attention_mask"));  // unless the file has one
    }
    return batch;
  }
  [[nodiscard]] std::vector<std::int64_t> lengths() const override { return sequences_.begin()->second->lengths(); }

private:
  std::map<std::string, std::shared_ptr<const Rows>> sequences_;
  std::shared_ptr<const Rows> tensors_;
};

std::string listed(const Columns& columns) {
  std::string text;
  const auto add = [&](const std::string& name) { text.append(text.empty() ? "" : ", ").append(name); };
  for (const auto& [name, tensor] : columns.tensors) add(name);
  for (const auto& [name, rows] : columns.sequences) add(name);
  return text;
}

Result<void> check_exists(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_regular_file(file, error)) return {};
  return fail(errc::invalid_input,
              file.string() + (std::filesystem::exists(file, error) ? ": not a file" : ": no such file"));
}

Result<Parts> read_columns(const std::filesystem::path& file, bool may_be_split) {
  if (auto exists = check_exists(file); !exists) return fail(exists.error());
  if (is_hdf5(file)) return read_hdf5_columns(file, may_be_split);
  const auto ending = file.extension();
  if (ending != ".jsonl" && ending != ".json" && ending != ".ndjson") {
    return fail(errc::invalid_input,
                file.string() + ": not an HDF5 file; HDF5, or JSON lines with the ending .jsonl, can be read");
  }
  auto columns = read_json_columns(file);
  if (!columns) return fail(std::move(columns.error()));
  return Parts{std::move(*columns), std::nullopt};
}

std::int64_t rows_in(const Columns& columns) {
  if (!columns.sequences.empty()) return std::ssize(columns.sequences.begin()->second);
  return columns.tensors.begin()->second.size(0);
}

/// The names that the model and the Trainer know, and as many rows in each.
Result<void> straighten(Columns& columns, const std::string& where) {
  if (columns.tensors.empty() && columns.sequences.empty()) {
    return fail(errc::invalid_input, where + ": no columns; datasets of numbers, such as x and labels, are right");
  }
  for (const char* other : {"label", "y"}) {
    const auto found = columns.tensors.find(other);
    if (found == columns.tensors.end() || columns.tensors.contains("labels")) continue;
    columns.tensors.emplace("labels", found->second);
    columns.tensors.erase(other);
  }
  const auto ids = columns.tensors.find("input_ids");
  if (ids != columns.tensors.end() && ids->second.dim() == 2 && !columns.tensors.contains("attention_mask")) {
    columns.tensors.emplace("attention_mask", torch::ones_like(ids->second));
  }
  const std::int64_t rows = rows_in(columns);
  for (const auto& [name, tensor] : columns.tensors) {
    if (tensor.size(0) == rows) continue;
    return fail(errc::invalid_input, where + ": column " + name + " has " + std::to_string(tensor.size(0)) +
                                         " rows, others have " + std::to_string(rows));
  }
  for (const auto& [name, sequences] : columns.sequences) {
    for (std::size_t row = 0; row < sequences.size(); ++row) {
      const std::size_t size = columns.sequences.begin()->second[row].size();
      if (sequences[row].size() == size && size > 0) continue;
      return fail(errc::invalid_input,
                  where + ": column " + name + " has " + std::to_string(sequences[row].size()) + " numbers in row " +
                      std::to_string(row) +
                      (size == 0 ? "; at least one is right"
                                 : ", " + columns.sequences.begin()->first + " has " + std::to_string(size)));
    }
  }
  return {};
}

Columns taken(const Columns& columns, const std::vector<std::int64_t>& rows) {
  Columns part;
  const torch::Tensor index = torch::tensor(rows, torch::kInt64);
  for (const auto& [name, tensor] : columns.tensors) part.tensors.emplace(name, tensor.index_select(0, index));
  for (const auto& [name, sequences] : columns.sequences) {
    Sequences& chosen = part.sequences[name];
    for (const std::int64_t row : rows) chosen.push_back(sequences[static_cast<std::size_t>(row)]);
  }
  return part;
}

Result<void> split(Parts& parts, double fraction, const std::string& where) {
  std::vector<std::int64_t> classes(static_cast<std::size_t>(rows_in(parts.train)), 0);
  const auto found = parts.train.tensors.find("labels");
  if (found != parts.train.tensors.end() && found->second.dim() == 1 && !found->second.is_floating_point()) {
    const auto* labels = found->second.data_ptr<std::int64_t>();
    classes.assign(labels, labels + classes.size());
  }
  const std::vector<char> chosen = choose_test_rows(classes, fraction);
  std::vector<std::int64_t> train;
  std::vector<std::int64_t> eval;
  for (std::size_t row = 0; row < chosen.size(); ++row) {
    (chosen[row] != 0 ? eval : train).push_back(static_cast<std::int64_t>(row));
  }
  if (eval.empty()) {
    return fail(errc::invalid_input, where +
                                         ": no rows to evaluate on; it needs more rows, or test_fraction another "
                                         "value, or the two parts a file each (train and eval)");
  }
  parts.eval = taken(parts.train, eval);
  parts.train = taken(parts.train, train);
  return {};
}

torch::Tensor telling_rows(const Columns& columns) {
  std::vector<std::int64_t> rows{0};
  for (const auto& [name, tensor] : columns.tensors) {
    if (tensor.is_floating_point() || tensor.numel() == 0) continue;
    const std::int64_t width = tensor.numel() / tensor.size(0);
    rows.push_back(tensor.argmax().item<std::int64_t>() / width);
    rows.push_back(tensor.argmin().item<std::int64_t>() / width);
  }
  for (const auto& [name, sequences] : columns.sequences) {
    const auto at = [&](auto&& less) {
      rows.push_back(std::max_element(sequences.begin(), sequences.end(), less) - sequences.begin());
    };
    at([](const auto& a, const auto& b) { return a.size() < b.size(); });
    at([](const auto& a, const auto& b) { return std::ranges::max(a) < std::ranges::max(b); });
    at([](const auto& a, const auto& b) { return std::ranges::min(a) > std::ranges::min(b); });
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return torch::tensor(rows, torch::kInt64);
}

Result<ReadRows> rows_of(Columns columns, const RowFiles& files) {
  ReadRows read;
  read.telling = telling_rows(columns);
  const torch::Tensor no_labels = torch::zeros({rows_in(columns)});
  std::map<std::string, std::shared_ptr<const Rows>> sequences;
  for (auto& [name, tokens] : columns.sequences) {
    auto rows = token_rows(std::move(tokens), no_labels, name == "input_ids" ? files.pad_token_id : 0);
    if (!rows) return fail(std::move(rows.error()));
    sequences.emplace(name, std::move(*rows));
  }
  if (!columns.tensors.empty()) {
    auto tensors = tensor_rows(std::move(columns.tensors));
    if (!tensors) return fail(std::move(tensors.error()));
    read.rows = std::move(*tensors);
  }
  if (!sequences.empty()) read.rows = std::make_shared<const PaddedRows>(std::move(sequences), std::move(read.rows));
  return read;
}

Result<RowSets> sets_of(Parts parts, const RowFiles& files, const std::string& where) {
  if (const auto train = listed(parts.train), eval = listed(*parts.eval); train != eval) {
    return fail(errc::invalid_input, where + ": the columns of what is trained on are " + train +
                                         ", of what is evaluated " + eval + "; they must be the same");
  }
  auto train = rows_of(std::move(parts.train), files);
  if (!train) return fail(std::move(train.error()));
  auto eval = rows_of(std::move(*parts.eval), files);
  if (!eval) return fail(std::move(eval.error()));
  return RowSets{std::move(*train), std::move(*eval)};
}

Result<RowSets> read_one(const RowFiles& files) {
  const std::string where = files.data.string();
  auto parts = read_columns(files.data, true);
  if (!parts) return fail(std::move(parts.error()));
  if (auto good = straighten(parts->train, where); !good) return fail(std::move(good.error()));
  auto good = parts->eval ? straighten(*parts->eval, where) : split(*parts, files.test_fraction, where);
  if (!good) return fail(std::move(good.error()));
  return sets_of(std::move(*parts), files, where);
}

Result<Columns> read_whole(const std::filesystem::path& file) {
  auto parts = read_columns(file, false);
  if (!parts) return fail(std::move(parts.error()));
  if (auto good = straighten(parts->train, file.string()); !good) return fail(std::move(good.error()));
  return std::move(parts->train);
}

tl::unexpected<Error> of_option(const std::string& option, const Error& error) {
  return fail(error.code, "trainer." + option + ": " + error.message);
}

}  // namespace

Result<RowSets> read_rows(const RowFiles& files) {
  if (!files.data.empty()) {
    auto sets = read_one(files);
    return sets ? std::move(sets) : of_option("data", sets.error());
  }
  auto train = read_whole(files.train);
  if (!train) return of_option("train", train.error());
  auto eval = read_whole(files.eval);
  if (!eval) return of_option("eval", eval.error());
  auto sets = sets_of({std::move(*train), std::move(*eval)}, files, files.eval.string());
  return sets ? std::move(sets) : of_option("eval", sets.error());
}

}  // namespace winnow::hf

/// The columns of a file, not yet rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/trainers/torch/model.hpp>

namespace winnow::hf {

using Sequences = std::vector<std::vector<std::int64_t>>;

struct Columns {
  Batch tensors{};  ///< int64 or float32
  std::map<std::string, Sequences> sequences{};
};

struct Parts {
  Columns train{};  ///< all, where there is no `eval`
  std::optional<Columns> eval{};
};

/// `may_be_split`: groups and endings tell two parts from each other. Fails with `invalid_input`, as the other one.
Result<Parts> read_hdf5_columns(const std::filesystem::path& file, bool may_be_split);
Result<Columns> read_json_columns(const std::filesystem::path& file);

template <class T>
torch::Tensor tensor_of(std::vector<T> cells, const std::vector<std::int64_t>& shape) {
  return torch::from_blob(cells.data(), shape, torch::CppTypeToScalarType<T>::value).clone();
}

}  // namespace winnow::hf

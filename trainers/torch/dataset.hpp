/// Labelled rows for a classifier, read once and shared by all trials.
///
/// HDF5 (recognised by its content): datasets `x_train` (rows × …, any number type, further dimensions are flattened),
/// `y_train` (one integer label a row), `x_test`, `y_test`; or `x` and `y`, to be split. CSV (by its name): one row a
/// line, the label last; a first line without any number is a header; labels are integers, or all of them texts, which
/// are numbered in alphabetical order. Labels go from 0 to classes - 1. All features must be finite.
///
/// Every error is `invalid_input` and says `file: what; what would be right`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <winnow/core/result.hpp>

namespace winnow {

struct Rows {
  std::vector<float> x;         ///< row after row, `features` each
  std::vector<std::int64_t> y;  ///< one label a row
};

struct Dataset {
  std::size_t features = 0;
  std::int64_t classes = 0;  ///< the greatest label of the training rows + 1
  Rows train;
  Rows test;  ///< held out: what is evaluated
};

struct DatasetOptions {
  double test_fraction = 0.2;  ///< of each class, where the file isn't split; in (0, 1)
  bool standardize = false;    ///< shift and scale each feature by the training rows' mean and deviation
};

/// The split of an unsplit file is stratified, and the same in every process.
Result<Dataset> read_dataset(const std::filesystem::path& file, const DatasetOptions& options = {});

/// What a file holds, its labels not yet looked at.
struct RawDataset {
  std::size_t features = 0;
  Rows train;  ///< all rows, if there is no `test`
  std::optional<Rows> test;
};

Result<RawDataset> read_csv(const std::filesystem::path& file);
Result<RawDataset> read_hdf5(const std::filesystem::path& file);
/// True if the file starts as HDF5 does.
bool is_hdf5(const std::filesystem::path& file);

}  // namespace winnow

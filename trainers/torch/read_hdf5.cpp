#include <cmath>

#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/dataset.hpp>
#include <winnow/trainers/torch/detail/hdf5_numbers.hpp>

namespace winnow {
namespace {

Result<NumberTable> open_table(hid_t file, const std::filesystem::path& path, const std::string& name) {
  if (has_link(file, name)) return open_numbers(file, path.string(), name);
  return fail(errc::invalid_input, path.string() + ": no dataset " + name +
                                       "; the file holds x_train, y_train, x_test and y_test, or x and y");
}

Result<std::vector<std::int64_t>> read_labels(const NumberTable& table) {
  if (table.kind == H5T_INTEGER) return read_cells<std::int64_t>(table, H5T_NATIVE_INT64);
  const auto floats = read_cells<double>(table, H5T_NATIVE_DOUBLE);
  if (!floats) return fail(floats.error());
  std::vector<std::int64_t> labels;
  for (const double value : *floats) {
    if (value != std::floor(value) || std::abs(value) > 1e15) {
      return fail(errc::invalid_input, table.where + ": label " + format_double(value) + " in row " +
                                           std::to_string(labels.size()) + " is no integer; labels must be integers");
    }
    labels.push_back(static_cast<std::int64_t>(value));
  }
  return labels;
}

struct Part {
  std::size_t features = 0;
  Rows rows;
};

Result<Part> read_part(hid_t file, const std::filesystem::path& path, const char* x_name, const char* y_name) {
  const auto x = open_table(file, path, x_name);
  if (!x) return fail(x.error());
  const auto y = open_table(file, path, y_name);
  if (!y) return fail(y.error());
  if (x->dims.size() < 2 || x->width() == 0) {
    return fail(errc::invalid_input, x->where + " is " + shape_text(x->dims) + "; it must be rows x features");
  }
  if (y->dims.empty() || y->width() != 1) {
    return fail(errc::invalid_input, y->where + " is " + shape_text(y->dims) + "; it must be one label a row");
  }
  if (x->rows() != y->rows()) {
    return fail(errc::invalid_input, y->where + " has " + std::to_string(y->rows()) + " labels, " + x_name + " has " +
                                         std::to_string(x->rows()) + " rows; there must be one label a row");
  }
  if (x->rows() == 0) return fail(errc::invalid_input, x->where + " is empty; it must have at least one row");
  auto cells = read_cells<float>(*x, H5T_NATIVE_FLOAT);
  if (!cells) return fail(cells.error());
  auto labels = read_labels(*y);
  if (!labels) return fail(labels.error());
  return Part{x->width(), {std::move(*cells), std::move(*labels)}};
}

}  // namespace

bool is_hdf5(const std::filesystem::path& file) {
  const hdf5::Quiet quiet;
  return H5Fis_hdf5(file.c_str()) > 0;
}

Result<RawDataset> read_hdf5(const std::filesystem::path& path) {
  const hdf5::Quiet quiet;
  const auto opened = open_hdf5(path);
  if (!opened) return fail(opened.error());
  const hid_t file = *opened;
  const bool whole = has_link(file, "x") && has_link(file, "y") && !has_link(file, "x_train");
  auto train = read_part(file, path, whole ? "x" : "x_train", whole ? "y" : "y_train");
  if (!train) return fail(train.error());
  RawDataset raw{train->features, std::move(train->rows), std::nullopt};
  if (whole) return raw;
  auto test = read_part(file, path, "x_test", "y_test");
  if (!test) return fail(test.error());
  if (test->features != raw.features) {
    return fail(errc::invalid_input, path.string() + ": x_test has " + std::to_string(test->features) +
                                         " features a row, x_train " + std::to_string(raw.features) +
                                         "; both must have the same");
  }
  raw.test = std::move(test->rows);
  return raw;
}

}  // namespace winnow

#include <unistd.h>

#include <cmath>
#include <numeric>

#include <winnow/base/hdf5/hdf5.hpp>
#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/dataset.hpp>

namespace winnow {
namespace {

using hdf5::Handle;

std::string shape_text(const std::vector<hsize_t>& dims) {
  std::string text;
  for (const hsize_t size : dims) text.append(text.empty() ? "" : " x ").append(std::to_string(size));
  return dims.empty() ? "a single value" : text;
}

/// One dataset, opened, with its shape and kind of number.
struct Table {
  Handle id;
  std::string where;  ///< `file: dataset`
  std::vector<hsize_t> dims;
  H5T_class_t kind = H5T_NO_CLASS;

  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(dims.at(0)); }
  [[nodiscard]] std::size_t width() const {
    return std::accumulate(dims.begin() + 1, dims.end(), std::size_t{1}, std::multiplies<>());
  }
};

bool has(hid_t file, const char* name) {
  return H5Lexists(file, name, H5P_DEFAULT) > 0;
}

/// A size that can't be held is refused here, since memory that is promised but not there ends the process later.
Result<void> check_size(const Table& table, std::size_t cell) {
  const double bytes =
      std::accumulate(table.dims.begin(), table.dims.end(), static_cast<double>(cell),
                      [](double product, hsize_t size) { return product * static_cast<double>(size); });
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (bytes <= memory) return {};
  return fail(errc::invalid_input, table.where + " is " + shape_text(table.dims) +
                                       ", more than this machine's memory holds; take fewer rows");
}

Result<Table> open_table(hid_t file, const std::filesystem::path& path, const char* name) {
  const std::string where = path.string() + ": " + name;
  if (!has(file, name)) {
    return fail(errc::invalid_input, path.string() + ": no dataset " + name +
                                         "; the file holds x_train, y_train, x_test and y_test, or x and y");
  }
  Table table{Handle::maybe(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose), where, {}, H5T_NO_CLASS};
  if (!table.id.ok()) return fail(errc::invalid_input, where + " is no dataset; it must be an array of numbers");
  const Handle space = Handle::maybe(H5Dget_space(table.id), H5Sclose);
  const Handle type = Handle::maybe(H5Dget_type(table.id), H5Tclose);
  const int rank = space.ok() ? H5Sget_simple_extent_ndims(space) : -1;
  if (rank < 0 || !type.ok()) return fail(errc::invalid_input, where + " can't be read; the file may be damaged");
  table.dims.resize(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space, table.dims.data(), nullptr);
  table.kind = H5Tget_class(type);
  if (table.kind != H5T_INTEGER && table.kind != H5T_FLOAT) {
    return fail(errc::invalid_input, where + " doesn't hold numbers; it must be an array of integers or floats");
  }
  return table;
}

template <class T>
Result<std::vector<T>> read_cells(const Table& table, hid_t type) {
  if (auto ok = check_size(table, sizeof(T)); !ok) return fail(ok.error());
  std::vector<T> cells(table.rows() * table.width());
  if (!cells.empty() && H5Dread(table.id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells.data()) < 0) {
    return fail(errc::invalid_input, table.where + " can't be read; the file may be damaged, or lack a filter");
  }
  return cells;
}

Result<std::vector<std::int64_t>> read_labels(const Table& table) {
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
  const Handle file = Handle::maybe(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.ok()) {
    return fail(errc::invalid_input,
                path.string() + ": can't be opened as HDF5; it may be damaged, cut short or locked by a writer");
  }
  const bool whole = has(file, "x") && has(file, "y") && !has(file, "x_train");
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

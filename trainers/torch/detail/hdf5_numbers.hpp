/// Arrays of numbers in an HDF5 file, for those who read data sets. Errors are `invalid_input` and say `file: dataset
/// what; what would be right`. The caller keeps a hdf5::Quiet.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include <winnow/base/hdf5/hdf5.hpp>

namespace winnow {

std::string shape_text(const std::vector<hsize_t>& dims);

/// One dataset, opened, with its shape and kind of number.
struct NumberTable {
  hdf5::Handle id;
  std::string where;  ///< `file: dataset`
  std::vector<hsize_t> dims;
  H5T_class_t kind = H5T_NO_CLASS;  ///< H5T_INTEGER or H5T_FLOAT

  [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(dims.at(0)); }
  [[nodiscard]] std::size_t width() const {
    return std::accumulate(dims.begin() + 1, dims.end(), std::size_t{1}, std::multiplies<>());
  }
};

Result<hdf5::Handle> open_hdf5(const std::filesystem::path& path);
bool has_link(hid_t place, const std::string& name);
bool is_group(hid_t place, const std::string& name);
/// In alphabetical order.
std::vector<std::string> links_in(hid_t place);

/// `place`: the file or a group in it. `name` is there.
Result<NumberTable> open_numbers(hid_t place, const std::string& where, const std::string& name);

/// A size that can't be held is refused here, since memory that is promised but not there ends the process later.
Result<void> check_size(const NumberTable& table, std::size_t cell);

/// `type`: HDF5's name for T.
template <class T>
Result<std::vector<T>> read_cells(const NumberTable& table, hid_t type) {
  if (auto ok = check_size(table, sizeof(T)); !ok) return fail(ok.error());
  std::vector<T> cells(table.rows() * table.width());
  if (!cells.empty() && H5Dread(table.id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, cells.data()) < 0) {
    return fail(errc::invalid_input, table.where + " can't be read; the file may be damaged, or lack a filter");
  }
  return cells;
}

}  // namespace winnow

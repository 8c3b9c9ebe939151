#include <unistd.h>

#include <winnow/trainers/torch/detail/hdf5_numbers.hpp>

namespace winnow {

using hdf5::Handle;

std::string shape_text(const std::vector<hsize_t>& dims) {
  std::string text;
  for (const hsize_t size : dims) text.append(text.empty() ? "" : " x ").append(std::to_string(size));
  return dims.empty() ? "a single value" : text;
}

Result<Handle> open_hdf5(const std::filesystem::path& path) {
  Handle file = Handle::maybe(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (file.ok()) return file;
  return fail(errc::invalid_input,
              path.string() + ": can't be opened as HDF5; it may be damaged, cut short or locked by a writer");
}

bool has_link(hid_t place, const std::string& name) {
  return H5Lexists(place, name.c_str(), H5P_DEFAULT) > 0;
}

bool is_group(hid_t place, const std::string& name) {
  return Handle::maybe(H5Gopen2(place, name.c_str(), H5P_DEFAULT), H5Gclose).ok();
}

std::vector<std::string> links_in(hid_t place) {
  std::vector<std::string> names;
  const auto take = [](hid_t, const char* name, const H5L_info_t*, void* into) -> herr_t {
    static_cast<std::vector<std::string>*>(into)->emplace_back(name);
    return 0;
  };
  H5Literate(place, H5_INDEX_NAME, H5_ITER_INC, nullptr, take, &names);
  return names;
}

Result<void> check_size(const NumberTable& table, std::size_t cell) {
  const double bytes =
      std::accumulate(table.dims.begin(), table.dims.end(), static_cast<double>(cell),
                      [](double product, hsize_t size) { return product * static_cast<double>(size); });
  const double memory = static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  if (bytes <= memory) return {};
  return fail(errc::invalid_input, table.where + " is " + shape_text(table.dims) +
                                       ", more than this machine's memory holds; take fewer rows");
}

Result<NumberTable> open_numbers(hid_t place, const std::string& in, const std::string& name) {
  const std::string where = in + ": " + name;
  NumberTable table{Handle::maybe(H5Dopen2(place, name.c_str(), H5P_DEFAULT), H5Dclose), where, {}, H5T_NO_CLASS};
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

}  // namespace winnow

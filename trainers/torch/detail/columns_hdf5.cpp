#include <algorithm>
#include <cmath>

#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/detail/columns.hpp>
#include <winnow/trainers/torch/detail/hdf5_numbers.hpp>

namespace winnow::hf {
namespace {

Result<torch::Tensor> read_column(hid_t place, const std::string& where, const std::string& name) {
  const auto table = open_numbers(place, where, name);
  if (!table) return fail(table.error());
  if (table->dims.empty()) {
    return fail(errc::invalid_input, table->where + " is a single value; it must have one value or more for each row");
  }
  if (table->rows() == 0) return fail(errc::invalid_input, table->where + " is empty; it must have at least one row");
  const std::vector<std::int64_t> shape(table->dims.begin(), table->dims.end());
  if (table->kind == H5T_INTEGER) {
    auto cells = read_cells<std::int64_t>(*table, H5T_NATIVE_INT64);
    if (!cells) return fail(cells.error());
    return tensor_of(std::move(*cells), shape);
  }
  auto cells = read_cells<float>(*table, H5T_NATIVE_FLOAT);
  if (!cells) return fail(cells.error());
  for (std::size_t i = 0; i < cells->size(); ++i) {
    if (std::isfinite((*cells)[i])) continue;
    return fail(errc::invalid_input, table->where + " holds " + format_double(static_cast<double>((*cells)[i])) +
                                         " in row " + std::to_string(i / table->width()) + "; all must be finite");
  }
  return tensor_of(std::move(*cells), shape);
}

/// What stands in the file or group under the names that `column_of` has a column for; "" is none.
template <class ColumnOf>
Result<Columns> read_columns(hid_t place, const std::string& where, ColumnOf&& column_of) {
  Columns columns;
  for (const std::string& name : links_in(place)) {
    const std::string column = column_of(name);
    if (column.empty() || is_group(place, name)) continue;
    auto tensor = read_column(place, where, name);
    if (!tensor) return fail(std::move(tensor.error()));
    columns.tensors.emplace(column, std::move(*tensor));
  }
  return columns;
}

Result<Columns> read_group(hid_t file, const std::string& where, const std::string& name) {
  const auto group = hdf5::Handle::maybe(H5Gopen2(file, name.c_str(), H5P_DEFAULT), H5Gclose);
  return read_columns(group, where + ": " + name, [](const std::string& column) { return column; });
}

/// `x` of `x_train`, for the endings given.
std::string without_ending(const std::string& name, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings) {
    if (name.size() > ending.size() && name.ends_with(ending)) return name.substr(0, name.size() - ending.size());
  }
  return {};
}

Result<Parts> both(Result<Columns> train, Result<Columns> eval) {
  if (!train) return fail(std::move(train.error()));
  if (!eval) return fail(std::move(eval.error()));
  return Parts{std::move(*train), std::move(*eval)};
}

}  // namespace

Result<Parts> read_hdf5_columns(const std::filesystem::path& path, bool may_be_split) {
  const hdf5::Quiet quiet;
  const auto opened = open_hdf5(path);
  if (!opened) return fail(opened.error());
  const hid_t file = *opened;
  const std::string where = path.string();
  if (may_be_split && is_group(file, "train")) {
    const std::string eval = is_group(file, "eval") ? "eval" : "test";
    if (!is_group(file, eval)) {
      return fail(errc::invalid_input, where + ": no group eval beside train; it holds what is evaluated");
    }
    return both(read_group(file, where, "train"), read_group(file, where, eval));
  }
  const auto is_trained = [](const std::string& name) { return without_ending(name, {"_train"}); };
  const auto names = links_in(file);
  if (may_be_split && std::any_of(names.begin(), names.end(), [&](const auto& n) { return !is_trained(n).empty(); })) {
    return both(read_columns(file, where, is_trained), read_columns(file, where, [](const std::string& name) {
                  return without_ending(name, {"_eval", "_test"});
                }));
  }
  auto all = read_columns(file, where, [](const std::string& name) { return name; });
  if (!all) return fail(std::move(all.error()));
  return Parts{std::move(*all), std::nullopt};
}

}  // namespace winnow::hf

#include <winnow/storage/metrics/wide.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

namespace winnow::metrics_wide {

hdf5::Handle make_group(hid_t parent, const char* name) {
  return {H5Gcreate2(parent, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose, "make a group"};
}

namespace {

constexpr std::size_t kMaxText = 1024;  ///< bytes of a text cell; longer ones are cut

/// '/' separates groups in HDF5 and "." is the group itself: they become %2F and %2E, '%' becomes %25, nothing %00.
std::string escape(std::string_view name) {
  if (name.empty()) return "%00";
  if (name == ".") return "%2E";
  std::string escaped;
  for (const char c : name) {
    if (c == '/') {
      escaped += "%2F";
    } else if (c == '%') {
      escaped += "%25";
    } else if (c == '\0') {
      escaped += "%00";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

void write_column(hid_t group, const std::string& name, hid_t type, const void* data, hsize_t size) {
  const hdf5::Handle extent = hdf5::space(size);
  const hdf5::Handle column(H5Dcreate2(group, name.c_str(), type, extent, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                            H5Dclose, "make the column " + name);
  if (size > 0) hdf5::check(H5Dwrite(column, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write the column " + name);
}

void write_column(hid_t group, const std::string& name, const std::vector<double>& values) {
  write_column(group, name, H5T_NATIVE_DOUBLE, values.data(), values.size());
}

void write_column(hid_t group, const std::string& name, const std::vector<std::int64_t>& values) {
  write_column(group, name, H5T_NATIVE_INT64, values.data(), values.size());
}

void write_column(hid_t group, const std::string& name, const std::vector<std::string>& values) {
  std::size_t width = 1;
  for (const std::string& value : values) width = std::max(width, hdf5::clip(value, kMaxText).size());
  std::string cells(width * values.size(), '\0');
  for (std::size_t i = 0; i < values.size(); ++i) hdf5::clip(values[i], width).copy(cells.data() + i * width, width);
  write_column(group, name, hdf5::text_type(width), cells.data(), values.size());
}

template <class Field>
auto column(const std::vector<TrialTableRow>& trials, Field TrialTableRow::*field) {
  std::vector<std::conditional_t<std::is_floating_point_v<Field>, double, std::int64_t>> values;
  for (const TrialTableRow& trial : trials) values.push_back(trial.*field);
  return values;
}

}  // namespace

void write_trials(hid_t wide, const std::vector<TrialTableRow>& trials) {
  write_column(wide, "trial", column(trials, &TrialTableRow::trial));
  write_column(wide, "attempt", column(trials, &TrialTableRow::attempt));
  write_column(wide, "last_step", column(trials, &TrialTableRow::last_step));
  write_column(wide, "started", column(trials, &TrialTableRow::started));
  write_column(wide, "ended", column(trials, &TrialTableRow::ended));
  std::vector<std::string> states;
  for (const TrialTableRow& trial : trials) states.emplace_back(to_string(static_cast<TrialState>(trial.state)));
  write_column(wide, "state", states);
}

void write_metrics(hid_t wide, const MetricsTables& tables) {
  const hdf5::Handle group = make_group(wide, "metrics");
  std::vector<std::vector<double>> columns(tables.names.size());
  for (std::size_t trial = 0; trial < tables.latest.size(); ++trial) {
    for (const LatestValue& value : tables.latest[trial]) {
      auto& values = columns[static_cast<std::size_t>(value.name_id)];
      values.resize(tables.trials.size(), std::numeric_limits<double>::quiet_NaN());
      values[trial] = value.value;
    }
  }
  for (std::size_t id = 0; id < columns.size(); ++id) {
    if (!columns[id].empty()) write_column(group, escape(tables.names[id]), columns[id]);
  }
}

void write_params(hid_t wide, const MetricsTables& tables) {
  const hdf5::Handle group = make_group(wide, "params");
  std::vector<std::vector<const ParamRow*>> by_name(tables.names.size());
  for (const ParamRow& row : tables.params) by_name[static_cast<std::size_t>(row.name_id)].push_back(&row);
  for (std::size_t id = 0; id < by_name.size(); ++id) {
    if (by_name[id].empty()) continue;
    std::vector<double> numbers(tables.trials.size(), std::numeric_limits<double>::quiet_NaN());
    std::vector<std::string> texts(tables.trials.size());
    bool numeric = true;
    for (const ParamRow* row : by_name[id]) {
      const auto trial = static_cast<std::size_t>(row->trial);
      numbers[trial] = row->number;
      texts[trial] = tables.param_text(*row);
      numeric = numeric && (row->kind == ParamKind::number || row->kind == ParamKind::boolean);
    }
    const std::string name = escape(tables.names[id]);
    numeric ? write_column(group, name, numbers) : write_column(group, name, texts);
  }
}

}  // namespace winnow::metrics_wide

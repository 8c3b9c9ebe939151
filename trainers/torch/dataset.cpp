#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

#include <winnow/core/value.hpp>
#include <winnow/trainers/torch/dataset.hpp>
#include <winnow/trainers/torch/detail/choose_test_rows.hpp>

namespace winnow {
namespace {

/// Far beyond what a classifier of this kind is for; a label above it is rather a wrong column.
constexpr std::int64_t kMaxLabel = 65535;

Result<RawDataset> read_raw(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error)) {
    return fail(errc::invalid_input, file.string() + ": no such file; `data` names an HDF5 or CSV file");
  }
  if (!std::filesystem::is_regular_file(file, error)) {
    return fail(errc::invalid_input, file.string() + ": not a file; `data` names an HDF5 or CSV file");
  }
  if (is_hdf5(file)) return read_hdf5(file);
  if (file.extension() == ".csv") return read_csv(file);
  return fail(errc::invalid_input,
              file.string() + ": not an HDF5 file; HDF5, or CSV with the ending .csv, can be read");
}

Result<void> check_labels(const std::string& where, const std::vector<std::int64_t>& labels, std::int64_t max_label,
                          const std::string& right) {
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] >= 0 && labels[row] <= max_label) continue;
    return fail(errc::invalid_input, where + ": label " + std::to_string(labels[row]) + " in row " +
                                         std::to_string(row) + " is out of range; " + right);
  }
  return {};
}

Result<void> check_features(const std::string& where, const std::vector<float>& x, std::size_t features) {
  const auto bad = std::find_if(x.begin(), x.end(), [](float value) { return !std::isfinite(value); });
  if (bad == x.end()) return {};
  const auto index = static_cast<std::size_t>(bad - x.begin());
  return fail(errc::invalid_input, where + ": feature " + std::to_string(index % features) + " of row " +
                                       std::to_string(index / features) + " is " +
                                       format_double(static_cast<double>(*bad)) + "; features must be finite");
}

void split(RawDataset& raw, double fraction) {
  const std::vector<char> chosen = choose_test_rows(raw.train.y, fraction);
  Rows train;
  Rows test;
  for (std::size_t row = 0; row < chosen.size(); ++row) {
    Rows& part = chosen[row] != 0 ? test : train;
    const float* begin = raw.train.x.data() + row * raw.features;
    part.x.insert(part.x.end(), begin, begin + raw.features);
    part.y.push_back(raw.train.y[row]);
  }
  raw.train = std::move(train);
  raw.test = std::move(test);
}

/// A feature that never varies becomes 0.
void standardize(Dataset& data) {
  const auto rows = static_cast<double>(data.train.y.size());
  for (std::size_t feature = 0; feature < data.features; ++feature) {
    double sum = 0;
    double squares = 0;
    for (std::size_t i = feature; i < data.train.x.size(); i += data.features) sum += data.train.x[i];
    const double mean = sum / rows;
    for (std::size_t i = feature; i < data.train.x.size(); i += data.features) {
      squares += (data.train.x[i] - mean) * (data.train.x[i] - mean);
    }
    const double deviation = std::sqrt(squares / rows);
    for (Rows* part : {&data.train, &data.test}) {
      for (std::size_t i = feature; i < part->x.size(); i += data.features) {
        part->x[i] = deviation > 0 ? static_cast<float>((part->x[i] - mean) / deviation) : 0.0F;
      }
    }
  }
}

}  // namespace

Result<Dataset> read_dataset(const std::filesystem::path& file, const DatasetOptions& options) {
  auto raw = read_raw(file);
  if (!raw) return fail(raw.error());
  const std::string where = file.string();
  const bool is_split = raw->test.has_value();
  if (auto ok = check_features(where + (is_split ? ": x_train" : ""), raw->train.x, raw->features); !ok) {
    return fail(ok.error());
  }
  if (auto ok = check_labels(where + (is_split ? ": y_train" : ""), raw->train.y, kMaxLabel,
                             "labels must be integers from 0 to classes - 1, at most " + std::to_string(kMaxLabel));
      !ok) {
    return fail(ok.error());
  }
  if (!is_split) split(*raw, options.test_fraction);
  if (raw->train.y.empty() || raw->test->y.empty()) {
    return fail(errc::invalid_input, where + ": no rows to " + (raw->train.y.empty() ? "train on" : "test on") +
                                         (is_split ? "; both parts need at least one"
                                                   : "; it needs more rows, or test_fraction another value"));
  }
  Dataset data{raw->features, 1 + *std::max_element(raw->train.y.begin(), raw->train.y.end()), std::move(raw->train),
               std::move(*raw->test)};
  if (auto ok = check_features(where + ": x_test", data.test.x, data.features); !ok) return fail(ok.error());
  if (auto ok =
          check_labels(where + ": y_test", data.test.y, data.classes - 1,
                       "y_train has labels up to " + std::to_string(data.classes - 1) + ", y_test must keep to them");
      !ok) {
    return fail(ok.error());
  }
  if (options.standardize) standardize(data);
  return data;
}

}  // namespace winnow

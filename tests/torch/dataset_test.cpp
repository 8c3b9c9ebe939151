#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include <winnow/trainers/torch/dataset.hpp>

namespace winnow::dataset_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::filesystem::path kFolder = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/datafiles";

Dataset read(const std::string& name, const DatasetOptions& options = {}) {
  auto data = read_dataset(kFolder / name, options);
  if (!data) throw std::runtime_error(data.error().message);
  return *data;
}

TEST(Dataset, ReadsASplitHdf5File) {
  const Dataset data = read("good.h5");
  EXPECT_EQ(data.features, 3U);
  EXPECT_EQ(data.classes, 2);
  EXPECT_THAT(data.train.y, ElementsAre(0, 1, 0, 1));
  EXPECT_THAT(data.test.x, ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(data.test.y, ElementsAre(1, 0));
}

TEST(Dataset, FlattensFurtherDimensionsAndConvertsNumbers) {
  const Dataset data = read("good_images.h5");
  EXPECT_EQ(data.features, 6U);
  EXPECT_EQ(data.classes, 3);
  EXPECT_EQ(data.train.x.back(), 23.0F);
  EXPECT_THAT(data.train.y, ElementsAre(0, 2, 1, 1));
}

TEST(Dataset, SplitsAWholeFileByClassAndAlwaysAlike) {
  const Dataset data = read("good_whole.h5", {.test_fraction = 0.3});
  EXPECT_EQ(data.train.y.size(), 14U);
  EXPECT_THAT(data.test.y, ElementsAre(0, 0, 0, 1, 1, 1));
  std::vector<float> all = data.train.x;
  all.insert(all.end(), data.test.x.begin(), data.test.x.end());
  std::sort(all.begin(), all.end());
  std::vector<float> expected(60);
  std::iota(expected.begin(), expected.end(), 0.0F);
  EXPECT_EQ(all, expected);
  EXPECT_EQ(read("good_whole.h5", {.test_fraction = 0.3}).test.x, data.test.x);
}

TEST(Dataset, ReadsCsvWithAHeader) {
  const Dataset data = read("good.csv", {.test_fraction = 0.5});
  EXPECT_EQ(data.features, 2U);
  EXPECT_EQ(data.train.y.size(), 2U);
  EXPECT_EQ(data.test.y.size(), 2U);
  const double sum = std::accumulate(data.train.x.begin(), data.train.x.end(), 0.0) +
                     std::accumulate(data.test.x.begin(), data.test.x.end(), 0.0);
  EXPECT_NEAR(sum, 1 + 2.5 - 0.03 + 4 + 5 + 6 + 7 + 8, 1e-6);
}

TEST(Dataset, NumbersTextLabelsInAlphabeticalOrder) {
  const Dataset data = read("good_texts.csv", {.test_fraction = 0.5});
  EXPECT_EQ(data.classes, 2);
  for (std::size_t row = 0; row < data.train.y.size(); ++row) {
    const bool rose = data.train.x[2 * row] == 1 || data.train.x[2 * row] == 5;
    EXPECT_EQ(data.train.y[row], rose ? 1 : 0);
  }
}

TEST(Dataset, StandardizesByTheTrainingRows) {
  const Dataset data = read("good.h5", {.standardize = true});
  for (std::size_t feature = 0; feature < 3; ++feature) {
    double sum = 0;
    double squares = 0;
    for (std::size_t row = 0; row < 4; ++row) {
      sum += data.train.x[row * 3 + feature];
      squares += data.train.x[row * 3 + feature] * data.train.x[row * 3 + feature];
    }
    EXPECT_NEAR(sum, 0, 1e-6);
    EXPECT_NEAR(squares / 4, 1, 1e-6);
  }
  EXPECT_EQ(data.test.x[0], data.train.x[0]);
}

struct Wrong {
  const char* file;
  const char* what;   ///< after the file's path
  const char* right;  ///< what would be right
};

class WrongDataset : public testing::TestWithParam<Wrong> {};

TEST_P(WrongDataset, GetsOneClearError) {
  const auto [file, what, right] = GetParam();
  const auto data = read_dataset(kFolder / file);
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, errc::invalid_input);
  EXPECT_THAT(data.error().message, StartsWith((kFolder / file).string() + ":"));
  EXPECT_THAT(data.error().message, HasSubstr(what));
  EXPECT_THAT(data.error().message, HasSubstr(right));
}

INSTANTIATE_TEST_SUITE_P(
    Hdf5, WrongDataset,
    testing::Values(Wrong{"no_such_file.h5", "no such file", "names an HDF5 or CSV file"},
                    Wrong{".", "not a file", "names an HDF5 or CSV file"},
                    Wrong{"not_hdf5.h5", "not an HDF5 file", "HDF5, or CSV"},
                    Wrong{"empty.h5", "not an HDF5 file", "HDF5, or CSV"},
                    Wrong{"cut_short.h5", "can't be opened as HDF5", "cut short"},
                    Wrong{"missing_dataset.h5", "no dataset y_test", "x_train, y_train, x_test and y_test, or x and y"},
                    Wrong{"group.h5", "x_train is no dataset", "an array of numbers"},
                    Wrong{"x_is_flat.h5", "x_train is 4", "rows x features"},
                    Wrong{"no_features.h5", "x_train is 4 x 0", "rows x features"},
                    Wrong{"no_rows.h5", "x_train is empty", "at least one row"},
                    Wrong{"widths_differ.h5", "x_test has 4 features a row, x_train 3", "the same"},
                    Wrong{"labels_short.h5", "y_train has 3 labels, x_train has 4 rows", "one label a row"},
                    Wrong{"labels_wide.h5", "y_train is 4 x 2", "one label a row"},
                    Wrong{"label_nan.h5", "y_train: label NaN in row 1", "must be integers"},
                    Wrong{"label_half.h5", "y_train: label 0.5 in row 2", "must be integers"},
                    Wrong{"label_negative.h5", "label -1 in row 3 is out of range", "from 0 to classes - 1"},
                    Wrong{"label_huge.h5", "in row 2 is out of range", "at most 65535"},
                    Wrong{"label_unseen.h5", "y_test: label 2 in row 1 is out of range", "y_train has labels up to 1"},
                    Wrong{"label_text.h5", "y_train doesn't hold numbers", "integers or floats"},
                    Wrong{"feature_nan.h5", "x_train: feature 1 of row 2 is NaN", "must be finite"},
                    Wrong{"test_feature_infinite.h5", "x_test: feature 2 of row 1 is Infinity", "must be finite"},
                    Wrong{"too_small_to_split.h5", "no rows to test on", "more rows, or test_fraction"},
                    Wrong{"too_big.h5", "more than this machine's memory holds", "fewer rows"}));

INSTANTIATE_TEST_SUITE_P(
    Csv, WrongDataset,
    testing::Values(Wrong{"empty.csv", "no rows", "each line is one row"},
                    Wrong{"only_header.csv", "no rows", "each line is one row"},
                    Wrong{"bad_cell.csv", ":3:3: 'four' is no finite number", "hold numbers"},
                    Wrong{"missing_cell.csv", ":2:3: '' is no finite number", "hold numbers"},
                    Wrong{"infinite_cell.csv", ":2:1: '1e39' is no finite number", "hold numbers"},
                    Wrong{"ragged.csv", ":2:1: 4 cells", "have 3"},
                    Wrong{"one_column.csv", ":1:1: one cell only", "features and a label"},
                    Wrong{"label_mixed.csv", ":2:5: label 'oak' is no integer", "or texts in every row"},
                    Wrong{"label_half.csv", ":2:5: label '0.5' is no integer", "integers"},
                    Wrong{"label_nan.csv", ":2:5: label 'nan' is no integer", "integers"},
                    Wrong{"label_negative.csv", "label -1 in row 1 is out of range", "from 0 to classes - 1"},
                    Wrong{"open_quote.csv", ":1:5: a quote that isn't closed", "end the cell"},
                    Wrong{"one_row.csv", "no rows to test on", "more rows"}));

}  // namespace
}  // namespace winnow::dataset_test

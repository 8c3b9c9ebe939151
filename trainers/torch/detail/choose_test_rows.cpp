#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <winnow/core/random.hpp>
#include <winnow/trainers/torch/detail/choose_test_rows.hpp>

namespace winnow {

/// Fisher and Yates's shuffle by a keyed stream; the first of each class become test rows, in the file's order.
std::vector<char> choose_test_rows(const std::vector<std::int64_t>& labels, double fraction) {
  std::map<std::int64_t, std::vector<std::size_t>> by_class;
  for (std::size_t row = 0; row < labels.size(); ++row) by_class[labels[row]].push_back(row);
  std::vector<char> chosen(labels.size(), 0);
  for (auto& [label, rows] : by_class) {
    Rng rng = keyed_rng(0, label, "classifier/test rows");
    for (std::size_t i = rows.size(); i > 1; --i) {
      std::swap(rows[i - 1], rows[static_cast<std::size_t>(uniform01(rng) * static_cast<double>(i))]);
    }
    const auto wanted = static_cast<std::size_t>(std::lround(fraction * static_cast<double>(rows.size())));
    for (std::size_t i = 0; i < std::min(wanted, rows.size() - 1); ++i) chosen[rows[i]] = 1;
  }
  return chosen;
}

}  // namespace winnow

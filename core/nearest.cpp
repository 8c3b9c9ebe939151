#include <winnow/core/nearest.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace winnow {
namespace {

constexpr int kFarthest = 2;

bool is_close(int distance, std::size_t length) {
  return distance <= kFarthest && 2 * static_cast<std::size_t>(distance) < length;
}

}  // namespace

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<int> before_last(b.size() + 1);
  std::vector<int> last(b.size() + 1);
  std::vector<int> row(b.size() + 1);
  std::iota(last.begin(), last.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<int>(i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({replaced, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, std::span<const std::string> known) {
  std::string found;
  int shortest = kFarthest + 1;
  for (const std::string& candidate : known) {
    const std::size_t gap = std::max(candidate.size(), word.size()) - std::min(candidate.size(), word.size());
    if (gap > kFarthest) continue;
    const int distance = edit_distance(word, candidate);
    if (distance < shortest && is_close(distance, word.size())) {
      shortest = distance;
      found = candidate;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const std::string close = nearest(word, known);
  return close.empty() ? "" : "; did you mean " + close + "?";
}

}  // namespace winnow

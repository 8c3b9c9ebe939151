#include <winnow/core/nearest.hpp>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow {
namespace {

constexpr int kFarthest = 2;

bool is_close(int distance, std::size_t length) {
  return distance <= kFarthest && 2 * static_cast<std::size_t>(distance) < length;
}

/// Without the differences that spelling habits make: lower case, one `_` for whatever separates, none at the ends.
std::string bare_name(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 || std::isalnum(byte) != 0) {
      text += static_cast<char>(std::tolower(byte));
    } else if (!text.empty() && text.back() != '_') {
      text += '_';
    }
  }
  if (text.ends_with('_')) text.pop_back();
  return text;
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

bool alike(std::string_view a, std::string_view b) {
  return bare_name(a) == bare_name(b);
}

std::string meant_by(std::string_view word, std::span<const std::string> known) {
  const std::string bare_word = bare_name(word);
  if (bare_word.empty()) return "";
  for (const std::string& name : known) {
    if (bare_name(name) == bare_word) return name;
  }
  for (const std::string& name : known) {
    const std::string other = bare_name(name);
    if (other.ends_with("_" + bare_word) || (!other.empty() && bare_word.ends_with("_" + other))) return name;
  }
  return nearest(word, known);
}

std::string visible(const std::string& name) {
  const bool unseen = name.empty() || std::any_of(name.begin(), name.end(), [](char c) {
                        return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
                      });
  return unseen ? Value(name).dump(-1, ' ', false, Value::error_handler_t::replace) : name;
}

}  // namespace winnow

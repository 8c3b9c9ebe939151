#include <winnow/cli/block_plot.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace winnow::cli {
namespace {

constexpr std::size_t kEighths = 8;
constexpr std::array<const char*, kEighths + 1> kBlocks = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// The last of the values that fall on the column.
double on_column(std::span<const double> values, std::size_t column, std::size_t columns) {
  return values[(column + 1) * values.size() / columns - 1];
}

}  // namespace

std::vector<std::string> block_plot(std::span<const double> values, std::size_t width, std::size_t height) {
  std::vector<std::string> lines(height);
  if (values.empty() || height == 0) return lines;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const std::size_t columns = std::min(width, values.size());
  const double steps = static_cast<double>(height * kEighths - 1);
  for (std::size_t column = 0; column < columns; ++column) {
    const double part = *high > *low ? (on_column(values, column, columns) - *low) / (*high - *low) : 0;
    const auto eighths = 1 + static_cast<std::size_t>(std::lround(part * steps));
    for (std::size_t line = 0; line < height; ++line) {
      const std::size_t below = (height - 1 - line) * kEighths;
      lines[line] += kBlocks[eighths <= below ? 0 : std::min(eighths - below, kEighths)];
    }
  }
  return lines;
}

}  // namespace winnow::cli

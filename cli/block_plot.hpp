/// A curve in block characters (U+2581 to U+2588): eighths of a line high.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace winnow::cli {

/// As many lines of as many columns as said, the highest first. Each column is the last of the values that fall on it;
/// the lowest value is an eighth high, the highest `height` lines. All finite. No values: empty lines.
std::vector<std::string> block_plot(std::span<const double> values, std::size_t width, std::size_t height);

}  // namespace winnow::cli

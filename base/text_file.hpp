/// Reading what people wrote, whole: a sweep file, a space.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include <winnow/core/result.hpp>

namespace winnow {

/// Far beyond what anyone writes, and little memory: a device or a data file that was named by mistake ends here.
inline constexpr std::size_t kMostTextBytes = std::size_t{16} << 20;

/// The whole text; a pipe (`<(…)`, /dev/stdin) is read to its end. Fails with `invalid_input` and `path: cannot be
/// read: why`, or if there is more than kMostTextBytes.
Result<std::string> read_text_file(const std::filesystem::path& path);

}  // namespace winnow

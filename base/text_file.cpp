#include <winnow/base/text_file.hpp>

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace winnow {

Result<std::string> read_text_file(const std::filesystem::path& path) {
  const auto unreadable = [&](const std::string& why) {
    return fail(errc::invalid_input, fmt::format("{}: cannot be read: {}", path.string(), why));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) return unreadable("it is a directory");
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream.is_open()) return unreadable(std::generic_category().message(errno));
  std::string text;
  std::array<char, 1 << 16> buffer{};
  while (stream.read(buffer.data(), buffer.size()) || stream.gcount() > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMostTextBytes) {
      return fail(errc::invalid_input, fmt::format("{}: is larger than {} MiB, the most that a sweep file may have",
                                                   path.string(), kMostTextBytes >> 20));
    }
  }
  if (stream.bad()) return unreadable(std::generic_category().message(errno));
  return text;
}

}  // namespace winnow

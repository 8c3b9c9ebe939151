#include <winnow/server/byte_range.hpp>

#include <algorithm>
#include <charconv>

namespace winnow::server {
namespace {

bool take_number(std::string_view text, std::optional<std::uint64_t>& number) {
  if (text.empty()) return true;
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  number = value;
  return error == std::errc() && at == end;
}

}  // namespace

std::optional<ByteRange> byte_range(std::string_view field, std::uint64_t file_size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!field.starts_with(kUnit)) return std::nullopt;
  field.remove_prefix(kUnit.size());
  const std::size_t dash = field.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  std::optional<std::uint64_t> first, last;
  if (!take_number(field.substr(0, dash), first) || !take_number(field.substr(dash + 1), last)) return std::nullopt;
  if (!first && !last) return std::nullopt;
  if (first && last && *last < *first) return std::nullopt;
  if (!first) {
    const std::uint64_t size = std::min(*last, file_size);
    return ByteRange{file_size - size, size};
  }
  if (*first >= file_size) return ByteRange{*first, 0};
  const std::uint64_t end = last ? std::min(*last, file_size - 1) : file_size - 1;
  return ByteRange{*first, end - *first + 1};
}

ByteRange part_of(std::int64_t offset, std::uint64_t limit, std::uint64_t file_size) {
  const std::uint64_t first = offset >= 0 ? std::min(static_cast<std::uint64_t>(offset), file_size)
                                          : file_size - std::min(static_cast<std::uint64_t>(-offset), file_size);
  return {first, std::min(limit, file_size - first)};
}

}  // namespace winnow::server

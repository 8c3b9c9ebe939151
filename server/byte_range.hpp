/// Which bytes of a file a client wants: the header field Range (RFC 9110 §14.1.2), one range of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace winnow::server {

struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
};

/// Of a file of so many bytes. Nothing: the field is none of one range of bytes, and is to be ignored (§14.2). Size 0:
/// none of the range is there (416).
std::optional<ByteRange> byte_range(std::string_view field, std::uint64_t file_size);

/// From `offset` on, at most `limit` bytes; below 0: so many before the end.
ByteRange part_of(std::int64_t offset, std::uint64_t limit, std::uint64_t file_size);

}  // namespace winnow::server

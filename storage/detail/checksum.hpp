/// CRC-32 (ISO 3309, polynomial 0x04C11DB7), as zlib and Python's `zlib.crc32` have it.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string_view>

namespace winnow {

/// Goes on from `crc`, the result over the bytes before (0 at the start).
inline std::uint32_t checksum(std::string_view bytes, std::uint32_t crc = 0) {
  if (bytes.empty()) return crc;  // zlib takes a null pointer for a new start
  return static_cast<std::uint32_t>(::crc32_z(crc, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace winnow

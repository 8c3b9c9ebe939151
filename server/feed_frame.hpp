/// The binary messages of followAllEvents, one layout for all of them (docs/daemon.md, "Many sweeps on one socket"):
///
///   1 byte    0x10 + kind: version 1 of the layout in the upper half
///   1 byte    n, the length of the id
///   n bytes   the sweep's id, UTF-8
///   8 bytes   seq, little endian
///   the rest  JSON, UTF-8
///
/// They are the same for all who are sent them, so that all share one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace winnow::server {

enum class FrameKind : unsigned char {
  events = 1,   ///< an array of events; seq: the last one's
  end = 2,      ///< no more events of that sweep come; {"why": "unfollowed"} or {"why": "gone"}
  error = 3,    ///< a problem: what was asked of that sweep, or of none (id empty), wasn't done
  sweep = 4,    ///< a sweep as the list has it, new or changed; seq: its last event's
  removed = 5,  ///< the list has it no more; null
};

inline constexpr std::size_t kLongestId = 255;

inline std::string feed_frame(FrameKind kind, std::string_view id, std::int64_t seq, std::string_view json) {
  id = id.substr(0, std::min(id.size(), kLongestId));
  std::string frame;
  frame.reserve(2 + id.size() + sizeof(seq) + json.size());
  frame += static_cast<char>(0x10 + static_cast<unsigned char>(kind));
  frame += static_cast<char>(static_cast<unsigned char>(id.size()));
  frame += id;
  for (auto rest = static_cast<std::uint64_t>(seq), i = std::uint64_t{0}; i < sizeof(seq); ++i, rest >>= 8U) {
    frame += static_cast<char>(rest & 0xffU);
  }
  frame += json;
  return frame;
}

inline bool is_frame_of(FrameKind kind, std::string_view frame) {
  return !frame.empty() && frame.front() == static_cast<char>(0x10 + static_cast<unsigned char>(kind));
}

}  // namespace winnow::server

/// Some of a ledger's events, and how they are read without the rest.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/storage/ledger.hpp>

namespace winnow {

/// By their numbers; both ends belong to it.
struct EventRange {
  std::int64_t first = 0;
  std::int64_t last = 0;
  bool operator==(const EventRange&) const = default;
};

/// Those events of the ranges (in order, apart from each other) that come after `after`, in order, until `visit` says
/// false. Read in portions, so that others can use the ledger in between.
Result<void> read_ranges(const Ledger& ledger, std::span<const EventRange> ranges, std::int64_t after,
                         const std::function<bool(const Event&)>& visit);

/// One list of ranges, in order and apart from each other, of several.
std::vector<EventRange> merged(std::vector<EventRange> ranges);

}  // namespace winnow

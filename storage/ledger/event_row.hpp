/// How an event's metrics and rare fields become the `metrics` blob and the `body` text of its row (docs/formats.md).
#pragma once

#include <string>
#include <string_view>

#include <winnow/core/value.hpp>
#include <winnow/storage/detail/names.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow::event_row {

inline constexpr int kJudged = 1;  ///< bits of the column `flags`
inline constexpr int kCompleted = 2;
inline constexpr int kCommanded = 4;

int flags_of(const Event& event);

void set_flags(Event& event, int flags);

/// One metric is 12 bytes, little-endian: number of the name (4), IEEE 754 double (8).
inline constexpr std::size_t kMetricBytes = 12;
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the ledger's blobs are written as they lie in memory");

void encode_metrics(const Metrics& metrics, Names& names, std::string& blob);

/// False if the blob names a metric that `names` doesn't hold, or has an odd length.
bool decode_metrics(std::string_view blob, const Names& names, Metrics& metrics);

/// Empty if every rare field has its default.
std::string encode_body(const Event& event);

/// False if the text is no body. Sets the fields that it names; the others must have their defaults.
bool decode_body(std::string_view text, Event& event);

}  // namespace winnow::event_row

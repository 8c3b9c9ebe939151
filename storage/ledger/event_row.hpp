/// How an event becomes a row and comes back (docs/formats.md). A column beside those of every event belongs to the
/// kinds whose struct has a field of its name; `metrics` is a blob, and the rare fields stand in the text `body`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/storage/detail/names.hpp>
#include <winnow/sweep/event.hpp>

namespace winnow::event_row {

inline constexpr int kJudged = 1;  ///< bits of the column `flags`
inline constexpr int kCompleted = 2;
inline constexpr int kCommanded = 4;
inline constexpr int kOutOfMemory = 8;

/// Defaults where the kind has no such field. What is pointed to is the event's.
struct Columns {
  Step step = -1;
  Verdict verdict = Verdict::go_on;
  std::int32_t rung = -1;
  int flags = 0;
  const Metrics* metrics = nullptr;
  // in `body`
  const Assignment* params = nullptr;
  std::uint64_t seed = 0;
  std::int64_t seen = 0;
  std::optional<Step> from_step{};
  TrialId donor = -1;
};

Columns columns_of(const Event& event);

/// Makes it an event of that kind. False if there is none of that number.
bool set_kind(Event& event, std::int64_t number);
/// Those that its kind has, of `step` to `flags`.
void set_columns(Event& event, const Columns& columns);

/// One metric is 12 bytes, little-endian: number of the name (4), IEEE 754 double (8).
inline constexpr std::size_t kMetricBytes = 12;
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the ledger's blobs are written as they lie in memory");

void encode_metrics(const Metrics& metrics, Names& names, std::string& blob);
/// False if the blob names a metric that `names` doesn't hold, has an odd length, or is of a kind without metrics.
bool decode_metrics(std::string_view blob, const Names& names, Event& event);

/// Empty if every rare field has its default.
std::string encode_body(const Columns& columns);
/// False if the text is no body, or names a field that its kind doesn't have. What it doesn't name gets its default.
bool decode_body(std::string_view text, Event& event);

}  // namespace winnow::event_row

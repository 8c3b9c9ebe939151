/// The rows of the ledger as they stand in its columns, and the checksum that each carries (docs/formats.md).
///
/// A checksum is over the values, not over SQLite's bytes: damage to the file is found when it changes what is read.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>

#include <winnow/storage/checksum.hpp>
#include <winnow/storage/statement.hpp>

namespace winnow::ledger_row {

/// A row of `events`. The texts are views of what SQLite or the writer owns; NULL is empty.
struct Row {
  enum Integer { seq, kind, trial, attempt, step, verdict, rung, flags, state, kIntegers };
  std::array<std::int64_t, kIntegers> integers{};
  double time = 0;
  std::string_view metrics, text, body;
};

inline constexpr const char* kColumns =
    "seq, kind, trial, attempt, step, verdict, rung, flags, state, time, metrics, text, body, crc";
inline constexpr int kTime = Row::kIntegers;
inline constexpr int kMetrics = kTime + 1;
inline constexpr int kText = kTime + 2;
inline constexpr int kBody = kTime + 3;
inline constexpr int kCrc = kTime + 4;

inline std::string_view bytes_of(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

/// As SQLite gives a time back: one NaN (its NULL), one zero.
inline double stored_time(double time) {
  return std::isnan(time) ? std::numeric_limits<double>::quiet_NaN() : time + 0.0;
}

/// Over the integers, the time, and the lengths of the three texts, each 8 bytes, little-endian, then the texts.
inline std::uint32_t checksum_of(const Row& row) {
  constexpr std::size_t kNumbers = Row::kIntegers + 4;
  std::array<std::int64_t, kNumbers> numbers{};
  std::copy(row.integers.begin(), row.integers.end(), numbers.begin());
  std::memcpy(&numbers[Row::kIntegers], &row.time, sizeof row.time);
  numbers[kNumbers - 3] = static_cast<std::int64_t>(row.metrics.size());
  numbers[kNumbers - 2] = static_cast<std::int64_t>(row.text.size());
  numbers[kNumbers - 1] = static_cast<std::int64_t>(row.body.size());
  std::uint32_t crc = checksum(bytes_of(numbers.data(), sizeof numbers));
  for (const std::string_view text : {row.metrics, row.text, row.body}) crc = checksum(text, crc);
  return crc;
}

/// Over the number (8 bytes, little-endian) and the name.
inline std::uint32_t checksum_of_name(std::int64_t id, std::string_view name) {
  return checksum(name, checksum(bytes_of(&id, sizeof id)));
}

/// Over `last_seq` (8 bytes, little-endian).
inline std::uint32_t checksum_of_head(std::int64_t last_seq) {
  return checksum(bytes_of(&last_seq, sizeof last_seq));
}

/// The row on which a SELECT of kColumns stands; good until the statement's next step.
inline Row row_at(const Statement& statement) {
  Row row;
  for (int i = 0; i < Row::kIntegers; ++i) row.integers[static_cast<std::size_t>(i)] = statement.integer(i);
  row.time = statement.is_null(kTime) ? std::numeric_limits<double>::quiet_NaN() : statement.real(kTime);
  row.metrics = statement.bytes(kMetrics);
  row.text = statement.bytes(kText);
  row.body = statement.bytes(kBody);
  return row;
}

}  // namespace winnow::ledger_row

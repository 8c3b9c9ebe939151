/// The rows of the ledger as they stand in its columns, and the checksum that each carries (docs/formats.md).
///
/// A checksum is over the values, not over SQLite's bytes: damage to the file is found when it changes what is read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <winnow/storage/ledger/statement.hpp>

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

std::string_view bytes_of(const void* data, std::size_t size);

/// As SQLite gives a time back: one NaN (its NULL), one zero.
double stored_time(double time);

/// Over the integers, the time, and the lengths of the three texts, each 8 bytes, little-endian, then the texts.
std::uint32_t checksum_of(const Row& row);

/// Over the number (8 bytes, little-endian) and the name.
std::uint32_t checksum_of_name(std::int64_t id, std::string_view name);

/// Over `last_seq` (8 bytes, little-endian).
std::uint32_t checksum_of_head(std::int64_t last_seq);

/// The row on which a SELECT of kColumns stands; good until the statement's next step.
Row row_at(const Statement& statement);

}  // namespace winnow::ledger_row

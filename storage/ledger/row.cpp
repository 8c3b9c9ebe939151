#include <winnow/storage/ledger/row.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include <winnow/storage/detail/checksum.hpp>

namespace winnow::ledger_row {

std::string_view bytes_of(const void* data, std::size_t size) {
  return {static_cast<const char*>(data), size};
}

double stored_time(double time) {
  return std::isnan(time) ? std::numeric_limits<double>::quiet_NaN() : time + 0.0;
}

std::uint32_t checksum_of(const Row& row) {
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

std::uint32_t checksum_of_name(std::int64_t id, std::string_view name) {
  return checksum(name, checksum(bytes_of(&id, sizeof id)));
}

std::uint32_t checksum_of_head(std::int64_t last_seq) {
  return checksum(bytes_of(&last_seq, sizeof last_seq));
}

Row row_at(const Statement& statement) {
  Row row;
  for (int i = 0; i < Row::kIntegers; ++i) row.integers[static_cast<std::size_t>(i)] = statement.integer(i);
  row.time = statement.is_null(kTime) ? std::numeric_limits<double>::quiet_NaN() : statement.real(kTime);
  row.metrics = statement.bytes(kMetrics);
  row.text = statement.bytes(kText);
  row.body = statement.bytes(kBody);
  return row;
}

}  // namespace winnow::ledger_row

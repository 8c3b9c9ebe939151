#include <winnow/server/http/wire.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <stdexcept>

#include <winnow/server/problem.hpp>

namespace winnow::server {

namespace {

/// docs/security.md, "Browsers".
constexpr std::array<std::array<std::string_view, 2>, 4> kUsualFields{{
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
}};

void put(std::string& head, std::string_view name, std::string_view value) {
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) {
    throw std::invalid_argument("a response's field " + std::string(name) + " would end its line");
  }
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool has_content(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const Response& response, const Framing& framing, std::string_view date) {
  std::string head;
  head.reserve(384);
  fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  put(head, "Date", date);
  for (const auto& [name, value] : kUsualFields) {
    if (response.fields.find(name) == nullptr) put(head, name, value);
  }
  for (const auto& [name, value] : response.fields) put(head, name, value);
  if (framing.length) fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", *framing.length);
  if (framing.chunked) put(head, "Transfer-Encoding", "chunked");
  if (framing.close) put(head, "Connection", "close");
  return head.append("\r\n");
}

std::string http_date(std::int64_t unix_seconds) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t time = unix_seconds;
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays.at(static_cast<std::size_t>(utc.tm_wday)),
                     utc.tm_mday, kMonths.at(static_cast<std::size_t>(utc.tm_mon)), utc.tm_year + 1900, utc.tm_hour,
                     utc.tm_min, utc.tm_sec);
}

std::string chunk_head(std::size_t size) {
  return fmt::format("{:x}\r\n", size);
}

}  // namespace winnow::server

#include <winnow/server/query.hpp>

#include <fmt/format.h>

#include <charconv>

#include <winnow/server/etag.hpp>
#include <winnow/server/tokens/secret.hpp>

namespace winnow::server {
namespace {

template <class T>
std::optional<T> read_as(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && at == end ? std::optional(value) : std::nullopt;
}

}  // namespace

namespace query {

std::optional<std::int64_t> integer(const Request& request, std::string_view name) {
  const std::string* value = find(request.query, name);
  return value == nullptr ? std::nullopt : read_as<std::int64_t>(*value);
}

std::int64_t integer(const Request& request, std::string_view name, std::int64_t otherwise) {
  return integer(request, name).value_or(otherwise);
}

double number(const Request& request, std::string_view name, double otherwise) {
  const std::string* value = find(request.query, name);
  return value == nullptr ? otherwise : read_as<double>(*value).value_or(otherwise);
}

bool flag(const Request& request, std::string_view name, bool otherwise) {
  const std::string* value = find(request.query, name);
  return value == nullptr ? otherwise : *value == "true";
}

std::string text(const Request& request, std::string_view name, std::string_view otherwise) {
  const std::string* value = find(request.query, name);
  return value == nullptr ? std::string(otherwise) : *value;
}

std::vector<std::string> words(const Request& request, std::string_view name) {
  std::vector<std::string> words;
  const std::string* value = find(request.query, name);
  if (value == nullptr) return words;
  for (std::size_t at = 0; at <= value->size();) {
    const std::size_t end = std::min(value->find(',', at), value->size());
    if (end > at) words.push_back(value->substr(at, end - at));
    at = end + 1;
  }
  return words;
}

Result<TrialId> trial(const Request& request) {
  const std::string& text = request.parameter("number");
  const auto number = read_as<TrialId>(text);
  if (!number || *number < 0) return no_trial(text);
  return *number;
}

}  // namespace query

tl::unexpected<Error> no_trial(const std::string& number) {
  return fail(errc::unknown_trial, fmt::format("there is no trial {}", number));
}

bool has_it(const Request& request, const std::string& etag) {
  return has_tag(request.fields, "If-None-Match", etag, TagComparison::weak);
}

std::string etag_of(std::int64_t seq) {
  return fmt::format("W/\"{}\"", seq);
}

std::string etag_of_text(std::string_view text) {
  constexpr std::size_t kDigits = 16;
  return '"' + to_hex(digest_of(text)).substr(0, kDigits) + '"';
}

}  // namespace winnow::server

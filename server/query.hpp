/// What a request asks for in its query and path, read as what the document declares: types and ranges were checked
/// before (server/route_table.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/ids.hpp>
#include <winnow/core/result.hpp>
#include <winnow/server/http.hpp>

namespace winnow::server::query {

std::optional<std::int64_t> integer(const Request& request, std::string_view name);
std::int64_t integer(const Request& request, std::string_view name, std::int64_t otherwise);
double number(const Request& request, std::string_view name, double otherwise);
bool flag(const Request& request, std::string_view name, bool otherwise);
std::string text(const Request& request, std::string_view name, std::string_view otherwise = {});
/// Parted by commas; none: empty.
std::vector<std::string> words(const Request& request, std::string_view name);
/// Of the path. Fails with `unknown_trial` where it is no number.
Result<TrialId> trial(const Request& request);

}  // namespace winnow::server::query

namespace winnow::server {

tl::unexpected<Error> no_trial(const std::string& number);

/// An answer that stays the same until something happens: `etag` says what it depends on. `make` gives a
/// Result<Response>, and isn't called where the request says that it has that one (RFC 9110 §13.1.2).
bool has_it(const Request& request, const std::string& etag);

template <class Make>
Result<Response> unless_known(const Request& request, const std::string& etag, Make make) {
  if (has_it(request, etag)) return Response{.status = 304, .fields = {{"ETag", etag}}};
  Result<Response> response = make();
  if (response) response->fields.set("ETag", etag);
  return response;
}

/// Of what the event of that number is the last to have changed.
std::string etag_of(std::int64_t seq);
/// Of a text, byte for byte: a strong one, which If-Match may name.
std::string etag_of_text(std::string_view text);

}  // namespace winnow::server

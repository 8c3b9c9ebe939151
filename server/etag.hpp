/// Whether a client has what it asks for (RFC 9110 §13.1.2).
#pragma once

#include <string_view>

namespace winnow::server {

/// A weak comparison of an ETag with any in the list of If-None-Match.
inline bool is_in_list(std::string_view if_none_match, std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

}  // namespace winnow::server

/// A request's body as JSON; and the key of one that may be sent again.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/server/http.hpp>

namespace winnow::server {

/// `FIELD: WHAT`, with the field as key.
tl::unexpected<Error> wrong_field(const std::string& field, const std::string& what);

/// The whole number in the field, which must be there. Fails with `invalid_input` for anything else.
Result<std::int64_t> whole(const Value& body, const std::string& field, std::int64_t least, std::int64_t most);

/// Else what is to be answered: 400 for what is no JSON, as parse_lenient_json_line reads it (Python writes `NaN`). An
/// empty body is an empty object.
tl::expected<Value, Response> json_of(const Request& request);
/// Else 422 for what is no object, too.
tl::expected<Value, Response> object_of(const Request& request);
/// Else 422 for one that has a field which isn't among these, too.
tl::expected<Value, Response> object_of(const Request& request, std::initializer_list<std::string_view> fields);

/// The header of that name; empty: there is none. Else 400 for one that is longer than 255 bytes, or empty.
tl::expected<std::string, Response> idempotency_key(const Request& request);

}  // namespace winnow::server

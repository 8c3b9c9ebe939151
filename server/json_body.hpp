/// A request's body as JSON.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>
#include <winnow/server/http.hpp>

namespace winnow::server {

/// `FIELD: WHAT`, with the field as key.
tl::unexpected<Error> wrong_field(const std::string& field, const std::string& what);

/// Else what is to be answered: 400 for what is no JSON. An empty body is an empty object.
tl::expected<Value, Response> json_of(const Request& request);
/// Else 422 for what is no object, too.
tl::expected<Value, Response> object_of(const Request& request);
/// Else 422 for one that has a field which isn't among these, too.
tl::expected<Value, Response> object_of(const Request& request, std::initializer_list<std::string_view> fields);

}  // namespace winnow::server

/// The OpenAPI document of the API, `server/openapi.yaml`, as the program carries it in itself.
#pragma once

#include <string_view>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::server {

/// The text that was built in.
std::string_view api_document_text();

/// The document in JSON, read on the first call. Throws std::logic_error if it can't be: a test reads it.
const OrderedJson& api_document();

/// A YAML document as JSON; plain scalars by YAML 1.2's core schema (§10.3.2), merge keys not at all. Fails with
/// `invalid_input`.
Result<OrderedJson> json_of_yaml(std::string_view text);

}  // namespace winnow::server

/// The secret of a token: `wnw_` and 64 hexadecimal digits of 256 bits from the system. The prefix lets scanners of
/// source code know it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow::server {

/// SHA-256 of a secret's text.
using Digest = std::array<unsigned char, 32>;

/// Fails with `io` if the system has no random bits.
Result<std::string> new_secret();

Digest digest_of(std::string_view secret);

/// In a time that doesn't depend on where they differ.
bool same(const Digest& a, const Digest& b);

std::string to_hex(const Digest& digest);
/// Fails with `invalid_input`.
Result<Digest> from_hex(std::string_view text);

}  // namespace winnow::server

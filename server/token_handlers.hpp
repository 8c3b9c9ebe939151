/// The operations that need nothing but tokens and the document: `listTokens`, `createToken`, `revokeToken`,
/// `getDocument`, `getHealth`.
#pragma once

#include <winnow/server/api.hpp>
#include <winnow/server/tokens.hpp>

namespace winnow::server {

/// `tokens` must outlive them.
Handlers token_handlers(TokenStore& tokens);
Handlers document_handlers();

/// `2026-03-01T09:30:00Z` (RFC 3339).
std::string timestamp(Instant instant);

}  // namespace winnow::server

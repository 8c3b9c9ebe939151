/// TLS as a client: whom a connection may be with. The peer's certificate must be signed by somebody who is trusted, be
/// in force, and name the host (RFC 9525: by its subjectAltName, never by its subject).
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <filesystem>
#include <memory>
#include <string>

#include <winnow/core/result.hpp>

namespace winnow::cli {

/// TLS 1.2 or later. `ca`: whom certificates may be signed by, PEM; empty: whom the system trusts. Fails with
/// `invalid_input` and the file.
Result<std::unique_ptr<boost::asio::ssl::context>> client_tls(const std::filesystem::path& ca);

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>;

/// Shakes hands with the host, by name or address. Fails with why, for people, and with
/// `invalid_input` where the peer isn't who it is to be.
Result<void> shake_hands(TlsStream& stream, const std::string& host);

}  // namespace winnow::cli

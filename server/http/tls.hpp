/// TLS of the server: 1.2 or later, as RFC 9325 §3.1 says, with one certificate.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>

#include <winnow/core/result.hpp>

namespace winnow::server {

/// Fails with `invalid_input` and the file: it can't be read, isn't PEM, key and certificate don't fit, or others may
/// read the key.
Result<std::shared_ptr<boost::asio::ssl::context>> make_tls(const std::filesystem::path& certificate,
                                                            const std::filesystem::path& key);

}  // namespace winnow::server

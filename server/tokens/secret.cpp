#include <winnow/server/tokens/secret.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace winnow::server {

namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Fetched once: OpenSSL 3 would look for it at each call.
const EVP_MD* sha256() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}

}  // namespace

Result<std::string> new_secret() {
  Digest bits{};
  if (RAND_bytes(bits.data(), static_cast<int>(bits.size())) != 1) return fail(errc::io, "no random bits for a token");
  return "wnw_" + to_hex(bits);
}

Digest digest_of(std::string_view secret) {
  Digest digest{};
  if (EVP_Digest(secret.data(), secret.size(), digest.data(), nullptr, sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL has no SHA-256");
  }
  return digest;
}

bool same(const Digest& a, const Digest& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string to_hex(const Digest& digest) {
  std::string text;
  for (const unsigned char byte : digest) {
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 15U];
  }
  return text;
}

Result<Digest> from_hex(std::string_view text) {
  Digest digest{};
  if (text.size() != 2 * digest.size()) return fail(errc::invalid_input, "a digest has 64 hexadecimal digits");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = kHexDigits.find(text[i]);
    if (digit == std::string_view::npos) return fail(errc::invalid_input, "a digest has 64 hexadecimal digits");
    digest[i / 2] = static_cast<unsigned char>(std::size_t{digest[i / 2]} * 16 + digit);
  }
  return digest;
}

}  // namespace winnow::server

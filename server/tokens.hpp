/// The tokens of a daemon: who may do what, until when.
///
/// A token is 256 random bits; only their SHA-256 is kept, in one file `tokens.json` of the state directory that nobody
/// but its owner can read. A secret of that length needs no salt and no slow hash: there is nothing to guess. Presented
/// secrets are compared with all that are kept, in constant time. What is created or revoked is on the disk before the
/// call returns, and holds from that moment on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/server/http.hpp>
#include <winnow/server/role.hpp>

namespace winnow::server {

/// Seconds since 1970, UTC.
using Instant = std::int64_t;

struct Token {
  std::string name;
  Role role = Role::read;
  Instant created = 0;
  std::optional<Instant> expires{};  ///< from then on it is refused; without it never
};

/// May be used by several threads.
class TokenStore {
public:
  static constexpr std::string_view kFile = "tokens.json";
  /// The first admin token's secret, with a line end.
  static constexpr std::string_view kAdminFile = "admin-token";
  static constexpr std::string_view kAdminName = "admin";

  /// Reads the tokens of a directory that is there. The first time, when it has none, an admin token is made and
  /// written into kAdminFile. Fails with `io`, with `corrupt` if the file isn't what was written, and with
  /// `illegal_state` if others than its owner may read it.
  static Result<TokenStore> open(const std::filesystem::path& directory, Instant now);

  /// A new token; returns its secret, which is kept nowhere. A name is 1 to 64 letters, digits, `.`, `_`, `-` and
  /// begins with a letter or digit. Fails with `invalid_input`, with `illegal_state` if there is one of that name that
  /// hasn't expired, and with `io`; then nothing has changed.
  Result<std::string> create(const Token& token);

  /// False if there is none of that name. The admin token's file goes with it.
  Result<bool> revoke(std::string_view name);

  /// By name, expired ones too.
  [[nodiscard]] std::vector<Token> list() const;

  /// Whose secret it is, if that token is in force.
  [[nodiscard]] std::optional<Principal> check(std::string_view secret, Instant now) const;

  TokenStore(TokenStore&&) noexcept;
  TokenStore& operator=(TokenStore&&) noexcept;
  ~TokenStore();

private:
  class Impl;
  explicit TokenStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace winnow::server

#include <winnow/server/tokens.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/base/file.hpp>
#include <winnow/base/private_file.hpp>
#include <winnow/server/tokens/secret.hpp>

namespace winnow::server {

namespace {

constexpr int kTokensFormat = 1;

struct Kept {
  Token token;
  Digest digest{};
};

bool has_expired(const Token& token, Instant now) {
  return token.expires && now >= *token.expires;
}

bool is_token_name(std::string_view name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return !name.empty() && name.size() <= 64 && plain(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return plain(c) || c == '.' || c == '_' || c == '-'; });
}

OrderedJson to_json(const Kept& kept) {
  const Token& token = kept.token;
  return {{"name", token.name},
          {"role", role_name(token.role)},
          {"created", token.created},
          {"expires", token.expires ? OrderedJson(*token.expires) : OrderedJson()},
          {"sha256", to_hex(kept.digest)}};
}

Result<Kept> kept_of(const Value& json) {
  const auto role = parse_role(json.at("role").get<std::string>());
  const auto digest = from_hex(json.at("sha256").get<std::string>());
  if (!role) return fail(role.error());
  if (!digest) return fail(digest.error());
  Token token{.name = json.at("name").get<std::string>(), .role = *role, .created = json.at("created").get<Instant>()};
  if (!json.at("expires").is_null()) token.expires = json.at("expires").get<Instant>();
  return Kept{std::move(token), *digest};
}

Result<std::vector<Kept>> read_tokens(const std::string& text) {
  return catching(errc::corrupt, [&]() -> Result<std::vector<Kept>> {
    const Value json = Value::parse(text);
    if (json.at("format").get<int>() != kTokensFormat) return fail(errc::corrupt, "is of another version of Winnow");
    std::vector<Kept> all;
    for (const Value& entry : json.at("tokens")) {
      auto kept = kept_of(entry);
      if (!kept) return fail(errc::corrupt, kept.error().message);
      all.push_back(std::move(*kept));
    }
    return all;
  });
}

}  // namespace

class TokenStore::Impl {
public:
  Impl(std::filesystem::path directory, std::vector<Kept> all)
      : directory_(std::move(directory)), all_(std::move(all)) {}

  Result<std::string> create(const Token& token) {
    if (!is_token_name(token.name)) {
      return fail(Error{errc::invalid_input,
                        "name: is 1 to 64 letters, digits, '.', '_' and '-', the first a letter or digit", "name"});
    }
    if (token.role == Role::none)
      return fail(Error{errc::invalid_input, "role: is one of read, submit, admin", "role"});
    auto secret = new_secret();
    if (!secret) return secret;
    const std::lock_guard lock(mutex_);
    std::vector<Kept> all = all_;
    std::erase_if(
        all, [&](const Kept& one) { return one.token.name == token.name && has_expired(one.token, token.created); });
    if (std::ranges::any_of(all, [&](const Kept& one) { return one.token.name == token.name; })) {
      return fail(Error{errc::illegal_state, "name: there is a token '" + token.name + "'", "name"});
    }
    all.push_back({token, digest_of(*secret)});
    if (auto kept = keep(std::move(all)); !kept) return fail(kept.error());
    return secret;
  }

  /// The token's file comes first: who dies between the two makes another one when it starts again.
  Result<void> create_admin(Instant now) {
    auto secret = new_secret();
    if (!secret) return fail(secret.error());
    if (auto written = write_private_file(directory_ / kAdminFile, *secret + "\n"); !written) return written;
    return keep({{Token{.name = std::string(kAdminName), .role = Role::admin, .created = now}, digest_of(*secret)}});
  }

  Result<bool> revoke(std::string_view name) {
    const std::lock_guard lock(mutex_);
    std::vector<Kept> all = all_;
    if (std::erase_if(all, [&](const Kept& one) { return one.token.name == name; }) == 0) return false;
    if (auto kept = keep(std::move(all)); !kept) return fail(kept.error());
    std::error_code ignored;
    if (name == kAdminName) std::filesystem::remove(directory_ / kAdminFile, ignored);
    return true;
  }

  [[nodiscard]] std::vector<Token> list() const {
    const std::lock_guard lock(mutex_);
    std::vector<Token> tokens;
    for (const Kept& kept : all_) tokens.push_back(kept.token);
    std::ranges::sort(tokens, {}, &Token::name);
    return tokens;
  }

  [[nodiscard]] std::optional<Principal> check(std::string_view secret, Instant now) const {
    const Digest digest = digest_of(secret);
    const std::lock_guard lock(mutex_);
    const Kept* found = nullptr;
    for (const Kept& kept : all_) {  // all of them: how long it takes says nothing
      if (same(kept.digest, digest)) found = &kept;
    }
    if (found == nullptr || has_expired(found->token, now)) return std::nullopt;
    return Principal{found->token.name, found->token.role};
  }

private:
  Result<void> keep(std::vector<Kept> all) {
    OrderedJson json{{"format", kTokensFormat}, {"tokens", OrderedJson::array()}};
    for (const Kept& kept : all) json["tokens"].push_back(to_json(kept));
    if (auto written = write_private_file(directory_ / kFile, json.dump(1) + "\n"); !written) return written;
    all_ = std::move(all);
    return {};
  }

  std::filesystem::path directory_;
  mutable std::mutex mutex_;
  std::vector<Kept> all_;
};

TokenStore::TokenStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TokenStore::TokenStore(TokenStore&&) noexcept = default;
TokenStore& TokenStore::operator=(TokenStore&&) noexcept = default;
TokenStore::~TokenStore() = default;

Result<TokenStore> TokenStore::open(const std::filesystem::path& directory, Instant now) {
  const std::filesystem::path file = directory / kFile;
  auto text = read_private_file(file);
  if (!text) return fail(text.error());
  if (!*text) {
    auto impl = std::make_unique<Impl>(directory, std::vector<Kept>());
    if (auto made = impl->create_admin(now); !made) return fail(made.error());
    return TokenStore(std::move(impl));
  }
  auto all = read_tokens(**text);
  if (!all) return fail(errc::corrupt, file.string() + ": " + all.error().message);
  return TokenStore(std::make_unique<Impl>(directory, std::move(*all)));
}

Result<std::string> TokenStore::create(const Token& token) {
  return impl_->create(token);
}
Result<bool> TokenStore::revoke(std::string_view name) {
  return impl_->revoke(name);
}
std::vector<Token> TokenStore::list() const {
  return impl_->list();
}
std::optional<Principal> TokenStore::check(std::string_view secret, Instant now) const {
  return impl_->check(secret, now);
}

}  // namespace winnow::server

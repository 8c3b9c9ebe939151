#include <winnow/server/tokens.hpp>

#include <sys/stat.h>

#include <fstream>

#include <winnow/base/private_file.hpp>
#include <winnow/server/tokens/secret.hpp>

#include "served.hpp"

namespace winnow::server::tokens_test {

using server::test::text_of_file;
using winnow::test::TempDir;

std::string admin_secret(const TempDir& dir) {
  std::string text = text_of_file(dir / TokenStore::kAdminFile);
  text.pop_back();
  return text;
}

TEST(Tokens, TheFirstStartMakesAnAdminTokenForItsOwnersEyes) {
  const TempDir dir;
  const TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  const auto admin = tokens.check(admin_secret(dir), 2000);
  ASSERT_TRUE(admin);
  EXPECT_EQ(admin->role, Role::admin);
  for (const auto name : {TokenStore::kAdminFile, TokenStore::kFile}) {
    struct stat is {};
    ASSERT_EQ(::stat((dir / name).c_str(), &is), 0);
    EXPECT_EQ(is.st_mode & 0777U, 0600U) << name;
  }
}

TEST(Tokens, OutliveTheProcessAndTheSecondStartMakesNone) {
  const TempDir dir;
  std::string laptop;
  {
    TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
    laptop = tokens.create({.name = "laptop", .role = Role::submit, .created = 1000, .expires = 5000}).value();
  }
  const std::string admin = admin_secret(dir);
  const TokenStore tokens = TokenStore::open(dir.path(), 2000).value();
  EXPECT_EQ(tokens.check(admin, 2000)->name, "admin");
  EXPECT_EQ(tokens.check(laptop, 2000)->role, Role::submit);
  ASSERT_EQ(tokens.list().size(), 2U);
  EXPECT_EQ(tokens.list()[1].name, "laptop");
  EXPECT_EQ(tokens.list()[1].expires, 5000);
}

TEST(Tokens, NoSecretIsKept) {
  const TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  const std::string secret = tokens.create({.name = "a", .role = Role::read}).value();
  EXPECT_EQ(text_of_file(dir / TokenStore::kFile).find(secret.substr(4)), std::string::npos);
  EXPECT_EQ(secret.size(), 68U);
}

TEST(Tokens, AnExpiredOneIsRefusedFromThatSecondOn) {
  const TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  const std::string secret = tokens.create({.name = "a", .role = Role::read, .created = 1000, .expires = 1010}).value();
  EXPECT_TRUE(tokens.check(secret, 1009));
  EXPECT_FALSE(tokens.check(secret, 1010));
  EXPECT_TRUE(tokens.create({.name = "a", .role = Role::read, .created = 1010})) << "its name is free again";
}

TEST(Tokens, ARevokedOneIsGone) {
  const TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  const std::string admin = admin_secret(dir);
  EXPECT_TRUE(tokens.revoke("admin").value());
  EXPECT_FALSE(tokens.check(admin, 1000));
  EXPECT_FALSE(tokens.revoke("admin").value());
  EXPECT_FALSE(std::filesystem::exists(dir / TokenStore::kAdminFile));
  EXPECT_FALSE(TokenStore::open(dir.path(), 1000).value().check(admin, 1000));
}

TEST(Tokens, NamesAreUniqueAndPlain) {
  const TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  EXPECT_EQ(tokens.create({.name = "admin", .role = Role::read, .created = 1}).error().code, errc::illegal_state);
  for (const std::string& name :
       {std::string(), std::string("@owner"), std::string("a b"), std::string("-a"), std::string(65, 'a')}) {
    EXPECT_EQ(tokens.create({.name = name, .role = Role::read}).error().code, errc::invalid_input) << name;
  }
  EXPECT_EQ(tokens.create({.name = "a", .role = Role::none}).error().key, "role");
}

TEST(Tokens, AFileThatOthersMayReadIsRefused) {
  const TempDir dir;
  { TokenStore::open(dir.path(), 1000).value(); }
  ::chmod((dir / TokenStore::kFile).c_str(), 0640);
  const auto opened = TokenStore::open(dir.path(), 1000);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::illegal_state);
}

TEST(Tokens, AFileThatIsDamagedIsAnErrorAndNoNewBeginning) {
  const TempDir dir;
  { TokenStore::open(dir.path(), 1000).value(); }
  for (const char* text :
       {"", "{", "[]", R"({"format": 2, "tokens": []})", R"({"format": 1, "tokens": [{"name": "a"}]})"}) {
    ASSERT_TRUE(write_private_file(dir / TokenStore::kFile, text));
    const auto opened = TokenStore::open(dir.path(), 1000);
    ASSERT_FALSE(opened) << text;
    EXPECT_EQ(opened.error().code, errc::corrupt) << text;
  }
}

TEST(Tokens, WhatCannotBeKeptIsNotInForce) {
  const TempDir dir;
  TokenStore tokens = TokenStore::open(dir.path(), 1000).value();
  std::filesystem::create_directory(dir / "tokens.json.new");  // in the way of the new file
  EXPECT_EQ(tokens.create({.name = "a", .role = Role::read}).error().code, errc::io);
  EXPECT_EQ(tokens.revoke("admin").error().code, errc::io);
  EXPECT_EQ(tokens.list().size(), 1U);
}

TEST(Secret, ReadsBackItsDigest) {
  const Digest digest = digest_of("abc");  // FIPS 180-2, B.1
  EXPECT_EQ(to_hex(digest), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(same(from_hex(to_hex(digest)).value(), digest));
  EXPECT_FALSE(from_hex("ba"));
  EXPECT_FALSE(from_hex(std::string(64, 'x')));
}

}  // namespace winnow::server::tokens_test

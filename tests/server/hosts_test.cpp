#include <gtest/gtest.h>

#include <winnow/server/http/hosts.hpp>

namespace winnow::server::hosts_test {

TEST(KnownHost, IsAnAddressLocalhostOrANameOfTheSettings) {
  const HostRule rule{.hosts = {"box.example"}};
  for (const char* host : {"localhost", "LocalHost:80", "localhost.", "127.0.0.1", "127.0.0.1:7437", "192.0.2.7:1",
                           "[::1]", "[::1]:7437", "box.example", "BOX.example:443"}) {
    EXPECT_TRUE(is_known_host(rule, host)) << host;
  }
  for (const char* host :
       {"", ":80", "evil.example", "localhost.evil.example", "box.example.evil", "127.0.0.1.evil.example", "::1",
        "[::1", "[evil]", "[::1]x", "localhost:80x", "user@localhost", "localhost:99:80"}) {
    EXPECT_FALSE(is_known_host(rule, host)) << host;
  }
}

TEST(KnownOrigin, IsItsOwnOrOneOfTheSettings) {
  const HostRule rule{.origins = {"https://pages.example"}};
  EXPECT_TRUE(is_known_origin(rule, {{"Host", "a"}}, false));
  EXPECT_TRUE(is_known_origin(rule, {{"Host", "a:1"}, {"Origin", "http://a:1"}}, false));
  EXPECT_FALSE(is_known_origin(rule, {{"Host", "a:1"}, {"Origin", "http://a:2"}}, false));
  EXPECT_FALSE(is_known_origin(rule, {{"Host", "a"}, {"Origin", "http://a"}}, true));
  EXPECT_TRUE(is_known_origin(rule, {{"Host", "a"}, {"Origin", "https://a"}}, true));
  EXPECT_TRUE(is_known_origin(
      rule, {{"Host", "a"}, {"Origin", "https://pages.example"}, {"Sec-Fetch-Site", "cross-site"}}, true));
  EXPECT_FALSE(is_known_origin(rule, {{"Host", "a"}, {"Origin", "null"}}, false));
  EXPECT_FALSE(is_known_origin(rule, {{"Host", "a"}, {"Origin", "http://a"}, {"Origin", "http://b"}}, false));
  EXPECT_FALSE(is_known_origin(rule, {{"Host", "a"}, {"Sec-Fetch-Site", "same-site"}}, false));
}

}  // namespace winnow::server::hosts_test

#include <gtest/gtest.h>

#include <winnow/server/target.hpp>

namespace winnow::server::target_test {

TEST(Target, IsCutBeforeItIsDecoded) {
  const Target target = parse_target("/a%20b/%41?x=1%262&y=a+b&z&=").value();
  EXPECT_EQ(target.path, "/a%20b/%41");
  EXPECT_EQ(target.segments, (std::vector<std::string>{"a b", "A"}));
  EXPECT_EQ(target.query, (Parameters{{"x", "1&2"}, {"y", "a b"}, {"z", ""}, {"", ""}}));
}

TEST(Target, OfTheRootHasNoSegments) {
  EXPECT_TRUE(parse_target("/").value().segments.empty());
  EXPECT_EQ(parse_target("/a/").value().segments, (std::vector<std::string>{"a", ""}));
}

TEST(Target, InAbsoluteFormHasAnAuthority) {
  const Target target = parse_target("HTTP://Host:80/a?b=c").value();
  EXPECT_EQ(target.authority, "Host:80");
  EXPECT_EQ(target.segments, std::vector<std::string>{"a"});
  EXPECT_EQ(parse_target("https://host").value().path, "/");
}

TEST(Target, IsRefusedWhereItCouldMeanSomethingElse) {
  for (const char* target :
       {"",      "*",       "a",     "/..",  "/%2e%2e",     "/.",      "/a%2fb",     "/a%5cb",        "/%00",
        "/%7f",  "/%0d%0a", "/%",    "/%4",  "/%zz",        "/%c0%af", "/%ed%a0%80", "/%f4%90%80%80", "/%e2%82",
        "/a\\b", "/a b",    "/\xff", "/a#b", "ftp://host/", "/?x=%ff", "/?%=1"}) {
    EXPECT_FALSE(parse_target(target)) << target;
  }
}

TEST(Target, TakesUtf8) {
  EXPECT_EQ(parse_target("/%e2%82%ac%f0%9f%98%80").value().segments.front(), "\u20ac\U0001F600");
}

}  // namespace winnow::server::target_test

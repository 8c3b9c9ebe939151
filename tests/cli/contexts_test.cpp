#include <winnow/cli/contexts.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/cli/daemon_client.hpp>

#include "../temp_dir.hpp"

namespace winnow::cli::contexts_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kOwners = fs::perms::owner_read | fs::perms::owner_write;

void write_private(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
  fs::permissions(file, kOwners);
}

std::string complaint(const fs::path& file, const std::string& text) {
  write_private(file, text);
  const auto contexts = read_contexts(file);
  return contexts ? "none" : contexts.error().message;
}

TEST(Contexts, AreReadAsTheyWereWritten) {
  const test::TempDir dir;
  const fs::path file = dir / "config" / "client.yaml";
  EXPECT_TRUE(read_contexts(file)->daemons.empty()) << "no file, no daemons";
  const Contexts contexts{.current = "box",
                          .daemons = {{"box", {.url = "https://box:7437", .token = "wnw_1", .ca = "/ca.pem"}},
                                      {"a \"b\"", {.url = "unix:/socket", .token_file = "/token"}}}};
  ASSERT_TRUE(write_contexts(file, contexts));
  EXPECT_EQ(fs::status(file).permissions(), kOwners);
  const auto read = read_contexts(file);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->current, "box");
  EXPECT_EQ(read->daemons, contexts.daemons);
}

TEST(Contexts, OfAFileThatOthersMayReadAreRefused) {
  const test::TempDir dir;
  const fs::path file = dir / "client.yaml";
  std::ofstream(file) << "daemons: {}\n";
  fs::permissions(file, kOwners | fs::perms::others_read);
  EXPECT_THAT(read_contexts(file).error().message, HasSubstr("chmod 600"));
}

TEST(Contexts, ThatAreWrongAreNamedWithLineAndColumn) {
  const test::TempDir dir;
  const fs::path file = dir / "client.yaml";
  EXPECT_EQ(complaint(file, "daemons:\n  box: {ulr: x}\n"),
            file.string() +
                ":2:9: daemons.box: unknown key 'ulr'; did you mean url? (a daemon takes: url, token, "
                "token_file, ca)");
  EXPECT_THAT(complaint(file, "daemons: {box: {token: x}}"), HasSubstr(":1:16: daemons.box: url is missing"));
  EXPECT_THAT(complaint(file, "daemons: {box: {url: 'unix:/s', token: x, token_file: y}}"),
              HasSubstr("daemons.box.token_file: stands beside token"));
  EXPECT_THAT(complaint(file, "current: box"), HasSubstr(":1:10: current: 'box' isn't among the daemons"));
}

TEST(Contexts, AreFoundByName) {
  const Contexts contexts{.daemons = {{"box", {.url = "unix:/s"}}, {"lab", {.url = "unix:/t"}}}};
  EXPECT_EQ(context_named(contexts, "lab")->url, "unix:/t");
  EXPECT_THAT(context_named(contexts, "labs").error().message, HasSubstr("did you mean lab? (there are: box, lab)"));
  EXPECT_THAT(context_named({}, "box").error().message, HasSubstr("winnow context add box --url URL"));
}

TEST(Contexts, HaveTheTokenOfAFileThatIsPrivate) {
  const test::TempDir dir;
  const fs::path file = dir / "token";
  write_private(file, "wnw_2\n");
  EXPECT_EQ(token_of({.url = "unix:/s", .token_file = file}).value(), "wnw_2");
  EXPECT_EQ(token_of({.url = "unix:/s", .token = "wnw_3"}).value(), "wnw_3");
  EXPECT_EQ(token_of({.url = "unix:/s"}).value(), "");
  fs::permissions(file, fs::perms::group_read, fs::perm_options::add);
  EXPECT_FALSE(token_of({.url = "unix:/s", .token_file = file}));
  EXPECT_THAT(token_of({.url = "unix:/s", .token_file = dir / "none"}).error().message, HasSubstr("no such file"));
}

TEST(DaemonUrl, IsASocketOrAHost) {
  const auto parsed = [](const std::string& url) {
    const auto place = parse_daemon_url(url);
    if (!place) return std::string("wrong");
    return (place->tls ? "tls " : "") + place->name();
  };
  EXPECT_EQ(parsed("unix:/run/winnow/socket"), "/run/winnow/socket");
  EXPECT_EQ(parsed("http://127.0.0.1:7437"), "127.0.0.1:7437");
  EXPECT_EQ(parsed("http://[::1]:7437/"), "[::1]:7437");
  EXPECT_EQ(parse_daemon_url("http://[::1]:7437")->host, "::1");
  EXPECT_EQ(parsed("https://box.example.org:7437"), "tls box.example.org:7437");
  EXPECT_EQ(parsed("https://box.example.org"), "tls box.example.org:443");
  EXPECT_EQ(parsed("http://box"), "box:80");
  for (const char* url : {"", "box:7437", "ftp://box:7437", "http://", "http://:7437", "http://box:", "http://box:http",
                          "http://[::1:7437", "http://[::1]x:7437", "https://me@box:7437", "http://box/api", "unix:"}) {
    EXPECT_EQ(parsed(url), "wrong") << url;
  }
}

}  // namespace
}  // namespace winnow::cli::contexts_test

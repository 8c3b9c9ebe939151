#include <winnow/cli/daemon/settings.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../temp_dir.hpp"

namespace winnow::cli::settings_test {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Result<Settings> read(const std::string& text) {
  Settings settings{.directory = "/state"};
  const auto document = parse_document(text, "/etc/winnow/winnowd.yaml");
  if (!document) return fail(document.error());
  if (auto done = read_settings(*document, settings); !done) return fail(done.error());
  if (auto right = check(settings, &*document); !right) return fail(right.error());
  return settings;
}

std::string complaint(const std::string& text) {
  const auto settings = read(text);
  return settings ? "none" : settings.error().message;
}

TEST(Settings, AreWhatTheFileSays) {
  const auto settings = read(R"(
dir: /srv/winnow
slots: 8
listen: [127.0.0.1:8000]
hosts: box.example.org
origins: [https://pages.example.org]
log: {format: json, file: log/winnowd.log}
limits: {connections: 100, rate: 2.5, burst: 10, uploads: 20}
)");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->directory, "/srv/winnow");
  EXPECT_EQ(settings->slots, 8);
  EXPECT_THAT(settings->http.listen, ElementsAre("127.0.0.1:8000"));
  EXPECT_THAT(settings->http.hosts, ElementsAre("box.example.org")) << "one needs no list";
  EXPECT_EQ(settings->log.format, LogFormat::json);
  EXPECT_EQ(settings->log.file, "/etc/winnow/log/winnowd.log") << "relative paths start in the file's folder";
  EXPECT_EQ(settings->http.limits.connections, 100U);
  EXPECT_EQ(settings->http.rate.rate, 2.5);
  EXPECT_EQ(settings->http.rate.burst, 10);
  EXPECT_EQ(settings->uploads, 20);
}

TEST(Settings, AreTheUsualOnesWhereTheFileSaysNothing) {
  for (const char* text : {"", "# nothing\n", "tls:\nlog:\n", "slots: auto"}) {
    const auto settings = read(text);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->directory, "/state");
    EXPECT_EQ(settings->slots, 0);
    EXPECT_EQ(settings->http.listen.size(), 2U);
  }
}

TEST(Settings, ThatAreWrongAreNamedWithLineAndColumn) {
  EXPECT_EQ(complaint("slots: 4\nlog: {fromat: json}"),
            "/etc/winnow/winnowd.yaml:2:7: log: unknown key 'fromat'; did you mean format? (log takes: format, file)");
  EXPECT_THAT(complaint("slots: none"), StartsWith("/etc/winnow/winnowd.yaml:1:8: slots: must be an integer"));
  EXPECT_THAT(complaint("slots: 0"), HasSubstr("slots: must be an integer of at least 1"));
  EXPECT_THAT(complaint("listen: [127.0.0.1:1, 5]"),
              StartsWith("/etc/winnow/winnowd.yaml:1:23: listen: must be a text"));
  EXPECT_THAT(complaint("listen: {a: b}"), HasSubstr("listen: must be a text, or a list of texts"));
  EXPECT_THAT(complaint("dir: ~/winnow"), HasSubstr("write the whole path"));
  EXPECT_THAT(complaint("log: {format: xml}"), HasSubstr("log.format: must be one of text, json"));
  EXPECT_THAT(complaint("log: file"), HasSubstr("log: must be a mapping"));
  EXPECT_THAT(complaint("limits: {rate: -1}"), HasSubstr("limits.rate: must be a number of at least 0"));
}

TEST(Settings, ThatDontFitTogetherAreNamedWithLineAndColumn) {
  EXPECT_THAT(complaint("slots: 1\nlisten: 0.0.0.0:7437"),
              StartsWith("/etc/winnow/winnowd.yaml:2:9: listen: 0.0.0.0:7437 is open to other machines"));
  EXPECT_THAT(complaint("listen: box"), StartsWith("/etc/winnow/winnowd.yaml:1:9: listen: 'box' isn't ADDRESS:PORT"));
  EXPECT_THAT(complaint("tls: {certificate: none.pem, key: none.key}"),
              StartsWith("/etc/winnow/winnowd.yaml:1:20: tls.certificate: /etc/winnow/none.pem: cannot be read"));
  EXPECT_EQ(complaint("tls: {key: none.key}"), "tls.certificate: is missing beside tls.key");
}

TEST(Settings, SayWhatSweepsMayRun) {
  const auto settings = read("allow: {folders: [/srv/experiments, here], programs: /usr/local/bin/train}");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->allow,
            (Allowance{.folders = {"/srv/experiments", "/etc/winnow/here"}, .programs = {"/usr/local/bin/train"}}));
  EXPECT_EQ(read(settings_text(*settings))->allow, settings->allow);
  EXPECT_FALSE(read("slots: 1")->allow);
  EXPECT_THAT(complaint("allow: {programs: /usr/bin/python3}"), HasSubstr("allow: folders is missing or empty"));
  EXPECT_THAT(complaint("allow: {folders: []}"),
              StartsWith("/etc/winnow/winnowd.yaml:1:18: allow: folders is missing or"));
  EXPECT_THAT(complaint("allow: {folder: /srv}"), HasSubstr("unknown key 'folder'; did you mean folders?"));
}

TEST(Settings, AsAreReadAgain) {
  const auto settings = read(R"(
dir: /a "strange" folder
hosts: [one, two]
log: {file: /var/log/winnowd.log}
limits: {rate: 0.1}
)");
  ASSERT_TRUE(settings) << settings.error().message;
  const std::string text = settings_text(*settings);
  const auto again = read(text);
  ASSERT_TRUE(again) << again.error().message << "\n" << text;
  EXPECT_EQ(settings_text(*again), text);
  EXPECT_THAT(keys_for_restart(*settings, *again), IsEmpty());
  EXPECT_EQ(again->log, settings->log);
  EXPECT_EQ(again->http.rate.rate, 0.1);
}

TEST(Settings, ThatARunningDaemonCantTakeAreNamed) {
  const auto before = read("slots: 1\nlog: {format: text}");
  const auto after = read("slots: 2\nhosts: box\nlog: {format: json}\nlimits: {rate: 1, connections: 5}");
  ASSERT_TRUE(before && after);
  EXPECT_THAT(keys_for_restart(*before, *after), ElementsAre("slots", "hosts", "limits.connections"));
}

TEST(SettingsFile, ThatOthersMayWriteToIsRefused) {
  const test::TempDir dir;
  const auto file = dir / "winnowd.yaml";
  std::ofstream(file) << "slots: 1\n";
  EXPECT_TRUE(open_settings(file));
  std::filesystem::permissions(file, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  const auto opened = open_settings(file);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("others may write to it"));
  EXPECT_THAT(open_settings(dir / "none").error().message, HasSubstr("cannot be read"));
}

}  // namespace winnow::cli::settings_test

#include <winnow/cli/daemon/log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include <winnow/core/value.hpp>

#include "../temp_dir.hpp"

namespace winnow::cli::log_test {

using ::testing::HasSubstr;

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Log, IsAppendedToItsFile) {
  const test::TempDir dir;
  const auto file = dir / "log";
  std::ofstream(file) << "before\n";
  Log log;
  ASSERT_TRUE(log.open({.file = file}));
  log.info("one");
  log.warn("two\nlines");
  EXPECT_THAT(text_of(file), ::testing::MatchesRegex("before\n.*Z info one\n.*Z warning two lines\n"));
}

TEST(Log, WritesJsonLines) {
  const test::TempDir dir;
  const auto file = dir / "log";
  Log log;
  ASSERT_TRUE(log.open({.format = LogFormat::json, .file = file}));
  log.info("a \"line\"\nand another \xff");
  const Value line = Value::parse(text_of(file));
  EXPECT_EQ(line["level"], "info");
  EXPECT_THAT(line["message"].get<std::string>(), HasSubstr("a \"line\"\nand another"));
}

TEST(Log, LetsGoOfAFileThatWasMovedAway) {
  const test::TempDir dir;
  const auto file = dir / "log", rotated = dir / "log.1";
  Log log;
  ASSERT_TRUE(log.open({.file = file}));
  log.info("one");
  std::filesystem::rename(file, rotated);
  log.info("two");
  ASSERT_TRUE(log.open({.file = file}));
  log.info("three");
  EXPECT_THAT(text_of(rotated), HasSubstr("two"));
  EXPECT_THAT(text_of(file), HasSubstr("three"));
}

TEST(Log, IsTriedWithoutBeingMade) {
  const test::TempDir dir;
  EXPECT_TRUE(check(LogSettings{}));
  EXPECT_TRUE(check(LogSettings{.file = dir / "log"}));
  EXPECT_FALSE(std::filesystem::exists(dir / "log"));
  const auto none = check(LogSettings{.file = dir / "none" / "log"});
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().message, HasSubstr("log.file: " + (dir / "none" / "log").string() + ": cannot be opened"));
  EXPECT_FALSE(check(LogSettings{.file = dir.path()})) << "a folder";
}

TEST(Log, StaysWhereItIsIfTheNewFileCantBeOpened) {
  const test::TempDir dir;
  const auto file = dir / "log";
  Log log;
  ASSERT_TRUE(log.open({.file = file}));
  const auto opened = log.open({.file = dir / "none" / "log"});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("cannot be opened: No such file"));
  log.info("here");
  EXPECT_THAT(text_of(file), HasSubstr("here"));
}

}  // namespace winnow::cli::log_test

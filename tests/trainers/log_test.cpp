#include <winnow/trainers/program/log.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "../temp_dir.hpp"

namespace winnow::program::log_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string content(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

/// 10 bytes each: `line 0000\n`.
void print_lines(Log& log, int from, int to) {
  for (int i = from; i < to; ++i) {
    std::string number = std::to_string(i);
    log.write("line " + std::string(4 - number.size(), '0') + number + "\n");
  }
}

TEST(ALog, OfAProgramThatPrintsWithoutEndKeepsTheFirstAndTheLastPart) {
  const TempDir folder;
  const fs::path file = folder / "attempt-1.log";
  {
    Log log;
    ASSERT_TRUE(log.open(file, 400).has_value());
    print_lines(log, 0, 1000);
    EXPECT_EQ(fs::file_size(file), 200U);
    EXPECT_THAT(log.last_lines(), EndsWith("line 0998 | line 0999"));
  }
  const std::string text = content(file);
  EXPECT_THAT(text, StartsWith("line 0000\n"));
  EXPECT_THAT(text, HasSubstr("line 0019\n\nwinnow: 9600 bytes are left out here (process.log_limit)\nline 0980\n"));
  EXPECT_THAT(text, EndsWith("line 0999\n"));
  EXPECT_FALSE(fs::exists(file.string() + ".part-1"));
  EXPECT_FALSE(fs::exists(file.string() + ".part-2"));
}

TEST(ALog, WithinItsLimitIsWhole) {
  const TempDir folder;
  for (const int lines : {20, 21, 35, 40}) {
    const fs::path file = folder / std::to_string(lines);
    Log log;
    ASSERT_TRUE(log.open(file, 400).has_value());
    print_lines(log, 0, lines);
    log.finish();
    EXPECT_EQ(fs::file_size(file), 10U * static_cast<unsigned>(lines)) << lines;
    EXPECT_THAT(content(file), EndsWith("line 00" + std::to_string(lines - 1) + "\n"));
  }
}

TEST(ALog, WithoutALimitTakesAll) {
  const TempDir folder;
  Log log;
  ASSERT_TRUE(log.open(folder / "log", std::nullopt).has_value());
  print_lines(log, 0, 9999);
  EXPECT_EQ(fs::file_size(folder / "log"), 99990U);
}

}  // namespace
}  // namespace winnow::program::log_test

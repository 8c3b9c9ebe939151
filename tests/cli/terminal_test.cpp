#include <gtest/gtest.h>

#include <cstdlib>

#include <winnow/cli/terminal.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli::terminal_test {
namespace {

TEST(OutputWidth, IsColumnsWhereThatIsANumberAndNoneInAPipe) {
  ::setenv("COLUMNS", "123", 1);
  EXPECT_EQ(output_width(), 123U);
  for (const char* odd : {"0", "-5", "wide", "12x", ""}) {
    ::setenv("COLUMNS", odd, 1);
    EXPECT_TRUE(output_width() == kNoLimit || output_width() < 10'000) << odd;
  }
  ::unsetenv("COLUMNS");
}

}  // namespace
}  // namespace winnow::cli::terminal_test

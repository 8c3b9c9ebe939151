#include <gtest/gtest.h>

#include <winnow/cli/shell.hpp>

namespace winnow::cli::shell_test {
namespace {

TEST(Commands, CanBePastedIntoAShell) {
  EXPECT_EQ(resume_command("runs/a b"), "winnow resume 'runs/a b'");
  EXPECT_EQ(train_command("runs/first", 7), "winnow train runs/first --trial 7");
}

}  // namespace
}  // namespace winnow::cli::shell_test

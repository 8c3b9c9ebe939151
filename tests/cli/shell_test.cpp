#include <gtest/gtest.h>

#include <winnow/cli/shell.hpp>

namespace winnow::cli::shell_test {
namespace {

TEST(ShellWord, IsQuotedWhereAShellWouldTakeItApart) {
  EXPECT_EQ(shell_word("runs/first-2,3"), "runs/first-2,3");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
}

TEST(ShellLine, JoinsWords) {
  EXPECT_EQ(shell_line({"python3", "train me.py", "--lr=0.1"}), "python3 'train me.py' --lr=0.1");
  EXPECT_EQ(shell_line({}), "");
}

TEST(Commands, CanBePastedIntoAShell) {
  EXPECT_EQ(resume_command("runs/a b"), "winnow resume 'runs/a b'");
  EXPECT_EQ(train_command("runs/first", 7), "winnow train runs/first --trial 7");
}

}  // namespace
}  // namespace winnow::cli::shell_test

#include <winnow/core/shell.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace winnow::core_shell_test {
namespace {

TEST(ShellWord, IsQuotedWhereAShellWouldTakeItApart) {
  EXPECT_EQ(shell_word("runs/first-2,3"), "runs/first-2,3");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("two words"), "'two words'");
  EXPECT_EQ(shell_word("$HOME"), "'$HOME'");
  EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
}

TEST(ShellLine, JoinsWords) {
  EXPECT_EQ(shell_line(std::vector<std::string>{"python3", "train me.py", "--lr=0.1"}),
            "python3 'train me.py' --lr=0.1");
  EXPECT_EQ(shell_line({}), "");
}

}  // namespace
}  // namespace winnow::core_shell_test

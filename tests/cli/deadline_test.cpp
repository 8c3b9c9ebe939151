#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include <winnow/cli/deadline.hpp>

namespace winnow::cli::deadline_test {

TEST(Deadline, WhoReadsFromAPeerThatSaysNothingGoesOn) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  {
    const Deadline deadline(ends[0], std::chrono::milliseconds(1));
    char byte = 0;
    EXPECT_EQ(::read(ends[0], &byte, 1), 0);
    EXPECT_TRUE(deadline.passed());
  }
  for (const int end : ends) ::close(end);
}

TEST(Deadline, WhatIsOverInTimeIsLeftAlone) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  {
    const Deadline deadline(ends[0], std::chrono::hours(1));
    EXPECT_FALSE(deadline.passed());
  }
  EXPECT_EQ(::write(ends[0], "x", 1), 1);
  for (const int end : ends) ::close(end);
}

TEST(Deadline, ThatIsLiftedNeverPasses) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  {
    Deadline deadline(ends[0], std::chrono::milliseconds(200));
    deadline.lift();
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    EXPECT_FALSE(deadline.passed());
  }
  EXPECT_EQ(::write(ends[0], "x", 1), 1);
  for (const int end : ends) ::close(end);
}

}  // namespace winnow::cli::deadline_test

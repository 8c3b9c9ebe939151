#include <gtest/gtest.h>

#include <winnow/trainers/program/termination.hpp>

namespace winnow::termination_test {
namespace {

using namespace std::chrono_literals;
using program::Termination;
using Clock = Termination::Clock;
using Hearing = Termination::Hearing;
using Step = Termination::Step;

constexpr Clock::time_point kStart{1000s};
constexpr auto kGrace = 10s;

/// The seconds after the start at which each step comes, by a program that never ends by itself.
struct Course {
  double terminate = -1;
  double kill = -1;
  double give_up = -1;
};

double seconds(Clock::time_point at) {
  return std::chrono::duration<double>(at - kStart).count();
}

Course course(Termination termination, Hearing hearing) {
  Course course;
  for (Clock::time_point now = kStart;;) {
    const auto next = termination.next(now, hearing);
    switch (next.step) {
      case Step::wait:
        EXPECT_GT(next.until, now) << "a wait that is over keeps a core busy";
        now = next.until;
        break;
      case Step::terminate: course.terminate = seconds(now); break;
      case Step::kill: course.kill = seconds(now); break;
      case Step::give_up: course.give_up = seconds(now); return course;
    }
  }
}

Termination told_at_the_start() {
  Termination termination(kGrace);
  termination.told(kStart);
  return termination;
}

TEST(Termination, OfAProgramThatWasToldNothingIsSigtermAtOnceAndSigkillAfterTheGraceTime) {
  const Course course = termination_test::course(Termination(kGrace), {});
  EXPECT_EQ(course.terminate, 0);
  EXPECT_EQ(course.kill, 10);
  EXPECT_EQ(course.give_up, 15);
}

TEST(Termination, OfOneThatListensLeavesItTheGraceTimeBeforeSigterm) {
  const Course course = termination_test::course(told_at_the_start(), {.listens = true});
  EXPECT_EQ(course.terminate, 10);
  EXPECT_EQ(course.kill, 11) << "a second for its last words";
}

TEST(Termination, OfOneThatHasReadAllIsAsOfOneThatListens) {
  EXPECT_EQ(course(told_at_the_start(), {.all_read = true}).terminate, 10);
}

TEST(Termination, OfOneThatIsNotKnownToListenWaitsASecondForIt) {
  const Course course = termination_test::course(told_at_the_start(), {});
  EXPECT_EQ(course.terminate, 1);
  EXPECT_EQ(course.kill, 10);
}

TEST(Termination, OfOneThatDoesNotListenDoesNotWait) {
  EXPECT_EQ(course(told_at_the_start(), {.deaf = true}).terminate, 0);
}

TEST(Termination, WithoutAGraceTimeLeavesASecondToOneThatWasTold) {
  Termination termination(0s);
  termination.told(kStart);
  const Course course = termination_test::course(std::move(termination), {.listens = true});
  EXPECT_EQ(course.terminate, 0);
  EXPECT_EQ(course.kill, 1);
}

}  // namespace
}  // namespace winnow::termination_test

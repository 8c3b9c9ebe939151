#include <winnow/cli/watched.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include <winnow/cli/block_plot.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli::watched_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Value sweep(std::int64_t reports, std::int64_t completed, const Value& best = nullptr) {
  return {{"id", "digits"},
          {"state", "running"},
          {"why", ""},
          {"reports", reports},
          {"trials", {{"running", 2}, {"queued", 0}, {"completed", completed}, {"stopped", 1}, {"failed", 1}}},
          {"best", best}};
}

Value best(double value) {
  return {{"trial", 3}, {"value", value}, {"params", {{"lr", 0.1}, {"kind", "adam"}}}};
}

TEST(BlockPlot, IsAsHighAsItsValues) {
  EXPECT_THAT(block_plot(std::array{0.0, 1.0, 0.5}, 10, 1), ElementsAre("▁█▅"));
  EXPECT_THAT(block_plot(std::array{0.0, 1.0}, 10, 2), ElementsAre(" █", "▁█"));
  EXPECT_THAT(block_plot(std::array{2.0, 2.0}, 10, 1), ElementsAre("▁▁")) << "nothing changes";
  EXPECT_THAT(block_plot({}, 10, 2), ElementsAre("", ""));
}

TEST(BlockPlot, HasTheLastOfTheValuesThatFallOnAColumn) {
  EXPECT_THAT(block_plot(std::array{0.0, 5.0, 0.0, 1.0, 5.0, 5.0}, 3, 1), ElementsAre("█▂█"));
}

TEST(Watched, KnowsTheRateOfTheLastMinute) {
  Watched watched;
  watched.note(sweep(100, 0), 10);
  EXPECT_EQ(watched.reports_a_second(), 0) << "nothing to compare with";
  watched.note(sweep(130, 0), 20);
  EXPECT_EQ(watched.reports_a_second(), 3);
  watched.note(sweep(130, 0), 90);
  watched.note(sweep(230, 0), 100);
  EXPECT_EQ(watched.reports_a_second(), 10);
}

TEST(Watched, KnowsTheTimeLeftWhereItKnowsHowManyTrialsAreToCome) {
  Watched watched;
  Value one = sweep(0, 4);
  watched.note(one, 0);
  one["trials"]["completed"] = 6;
  watched.note(one, 10);
  EXPECT_FALSE(watched.seconds_left());
  one["run_cap"] = 18;
  watched.note(one, 20);
  EXPECT_EQ(watched.seconds_left(), 100) << "8 of 18 have ended, two of them in these 20 s";
}

TEST(Watched, KeepsABoundedHistoryOfBestValues) {
  Watched watched;
  for (int i = 0; i < 100'000; ++i) watched.note(sweep(0, 0, best(i)), i);
  EXPECT_LT(watched.bests().size(), 1024U);
  EXPECT_GT(watched.bests().size(), 400U);
  EXPECT_TRUE(std::is_sorted(watched.bests().begin(), watched.bests().end()));
  EXPECT_LT(watched.bests().front(), 1000);
  EXPECT_GT(watched.bests().back(), 99'000);
}

TEST(WatchLines, SayHowItStands) {
  Watched watched;
  watched.note(sweep(0, 2, best(1)), 0);
  watched.note(sweep(25, 3, best(0.25)), 2);
  const auto lines = watch_lines(watched, 60);
  ASSERT_EQ(lines.size(), 8U);
  EXPECT_EQ(lines[0], "digits  running");
  EXPECT_EQ(lines[1], "trials   2 running, 3 completed, 1 stopped, 1 failed");
  EXPECT_EQ(lines[2], "reports  25, 12 a second");
  EXPECT_EQ(lines[3], "best     trial 3: 0.25  kind=adam  lr=0.1");
  EXPECT_EQ(lines[4], "   1 █ ");
  EXPECT_EQ(lines[7], "0.25 █▁");
  for (const auto& line : watch_lines(watched, 20)) EXPECT_LE(display_width(line), 20U) << line;
}

TEST(WatchLines, SayHowManyAreToComeWhereThatIsKnown) {
  Watched watched;
  Value one = sweep(0, 4);
  one["run_cap"] = 20;
  watched.note(one, 0);
  EXPECT_EQ(watched.done_text(), "5/20");
  EXPECT_EQ(watch_lines(watched, 80)[1], "trials   5 of 20 done: 2 running, 4 completed, 1 stopped, 1 failed");
  EXPECT_THAT(watch_line(watched), HasSubstr(", 5/20 done, "));
  one["trials"]["completed"] = 9;
  watched.note(one, 10);
  EXPECT_THAT(watch_lines(watched, 80)[1], StartsWith("trials   10 of 20 done, about 18s left: 2 running"))
      << "9 are to come, and 5 took 10 s";
}

TEST(WatchLines, OfOneThatCameToNothingSayWhatIsToBeLookedAt) {
  Watched watched;
  Value one = sweep(0, 4);
  one["run_cap"] = 20;
  watched.note(one, 0);
  one["trials"]["completed"] = 9;
  one["state"] = "finished";
  one["why"] = "run_cap reached";
  one["notice"] = "nobody reports loss";
  watched.note(one, 10);
  EXPECT_EQ(watch_lines(watched, 80)[0], "digits  finished: run_cap reached");
  EXPECT_THAT(watch_lines(watched, 80)[1], StartsWith("trials   10 of 20 done: ")) << "no time is left";
  one["fell_short"] = true;
  watched.note(one, 20);
  EXPECT_EQ(watch_lines(watched, 80)[0], "digits  finished: run_cap reached; nobody reports loss");
}

TEST(WatchLines, AreShortBeforeThereIsABestValue) {
  Watched watched;
  watched.note(sweep(0, 0), 0);
  EXPECT_THAT(watch_lines(watched, 80), ElementsAre("digits  running", testing::_, testing::_, "best     none yet"));
}

TEST(TopLines, HaveThoseThatRunFirstAndNoMoreThanThereIsRoomFor) {
  std::map<std::string, Watched> sweeps;
  for (const char* id : {"a", "b", "c"}) {
    Value one = sweep(0, 1, best(0.5));
    one["id"] = id;
    if (std::string_view(id) != "c") one["state"] = "paused";
    sweeps[id].note(one, 0);
  }
  const auto lines = top_lines(sweeps, "box:7437", 80, 24);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], "3 sweeps, 6 trials at work, 0.0 reports a second  box:7437");
  EXPECT_THAT(lines[1], StartsWith("SWEEP"));
  EXPECT_THAT(lines[2], StartsWith("c      running"));
  EXPECT_THAT(lines[3], StartsWith("a      paused"));
  EXPECT_THAT(lines[2], HasSubstr("0.5"));
  for (const auto& line : lines) EXPECT_LE(display_width(line), 80U);
  const auto few = top_lines(sweeps, "box:7437", 80, 4);
  ASSERT_EQ(few.size(), 4U);
  EXPECT_EQ(few.back(), "and 2 more");
}

}  // namespace
}  // namespace winnow::cli::watched_test

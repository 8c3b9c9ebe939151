#include <cmath>
#include <winnow/schedulers/fifo.hpp>

#include "support.hpp"

namespace winnow::testing::fifo_test {
namespace {

TEST(Fifo, NeverStopsATrialWithoutALimit) {
  auto fifo = make_or_fail("fifo", Value::object(), {});
  EXPECT_EQ(report(*fifo, {.trial = 1, .resource = 1e9, .value = NAN}), Verdict::go_on);
  EXPECT_FALSE(fifo->max_t());
}

TEST(Fifo, CompletesATrialAtMaxT) {
  auto fifo = make_or_fail("fifo", {{"max_t", 5}}, {});
  EXPECT_EQ(decide(*fifo, {.trial = 1, .resource = 4, .value = 1}), (Decision{}));
  EXPECT_EQ(decide(*fifo, {.trial = 1, .resource = 5, .value = 1}),
            (Decision{.verdict = Verdict::stop, .completed = true}));
  EXPECT_EQ(fifo->max_t(), 5);
}

TEST(Fifo, RefusesALimitBelowOne) {
  for (const double max_t : {0.5, 0.0, -3.0, static_cast<double>(NAN), static_cast<double>(INFINITY)}) {
    const auto fifo = Fifo::make({.max_t = max_t});
    ASSERT_FALSE(fifo) << max_t;
    EXPECT_EQ(fifo.error().code, errc::invalid_option);
    EXPECT_THAT(fifo.error().message, ::testing::StartsWith("max_t: must be at least 1")) << max_t;
  }
}

TEST(Fifo, SaysItsLimit) {
  EXPECT_EQ(make_or_fail("fifo", {{"max_t", 5}}, {})->describe(),
            std::vector<std::string>{"no early stopping; a trial is complete at 5"});
}

}  // namespace
}  // namespace winnow::testing::fifo_test

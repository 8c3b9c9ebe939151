#include <gtest/gtest.h>

#include <cmath>

#include <winnow/session/sweep_json.hpp>

namespace winnow::sweep_json_test {
namespace {

TEST(EventJson, HasTheFieldsOfItsKind) {
  Event event = event_of(
      event::Reported{
          .step = 3, .metrics = {{"loss", std::nan("")}}, .judged = true, .verdict = Verdict::stop, .rung = 1},
      12.5);
  event.seq = 7;
  event.trial = 2;
  event.attempt = 1;
  event.state = TrialState::stopped;
  EXPECT_EQ(event_json(event).dump(),
            R"({"seq":7,"time":12.5,"kind":"reported","trial":2,"attempt":1,"state":"stopped","step":3,)"
            R"("metrics":{"loss":"NaN"},"judged":true,"verdict":"stop","rung":1,"completed":false,"commanded":false})");
}

TEST(EventJson, OfTheSweepNamesNoTrial) {
  Event event = event_of(event::Finished{}, 1, "all done");
  event.seq = 9;
  EXPECT_EQ(event_json(event).dump(), R"({"seq":9,"time":1.0,"kind":"finished","text":"all done"})");
}

}  // namespace
}  // namespace winnow::sweep_json_test

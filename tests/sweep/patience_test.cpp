/// budget.no_improvement: a sweep ends that finds nothing better.
#include <limits>
#include <winnow/sweep/sequencer.hpp>

#include "support.hpp"

namespace winnow::patience_test {
namespace {

using test::Desk;
using test::fifo_spec;

SweepSpec patient_spec(std::int64_t trials) {
  SweepSpec spec = fifo_spec();
  spec.budget_no_improvement = trials;
  return spec;
}

/// A trial that reports once and completes.
void run(Desk& desk, double loss) {
  const TrialId trial = desk.create();
  desk.loss(trial, 1, loss);
  desk.record(*desk.sweep.on_completed(trial, 0, desk.now));
}

bool creates(const Desk& desk) {
  return std::holds_alternative<NewTrial>(desk.sweep.next());
}

/// What the sweep's end is recorded with.
std::string end_of(const Desk& desk) {
  const Move move = next_move(
      desk.sweep, 0, [](const Trial&, Step) { return std::optional<Step>(); }, desk.now);
  return move.events.empty() ? "goes on" : move.events.back().text;
}

void set(Desk& desk, const char* name, const Value& value) {
  event::Changed changed;
  changed.params.set(name, value);
  desk.record({event_of(std::move(changed), desk.now, "command")});
}

TEST(Patience, NoNewTrialsAfterSoManyWithoutANewBest) {
  Desk desk(patient_spec(3));
  run(desk, 0.5);
  run(desk, 0.6);
  run(desk, 0.7);
  EXPECT_TRUE(creates(desk)) << "the first was a best, two were not";
  run(desk, 0.8);
  EXPECT_FALSE(creates(desk));
  EXPECT_EQ(end_of(desk), "no new best value in 3 trials");
}

TEST(Patience, ANewBestBeginsTheRowAnew) {
  Desk desk(patient_spec(2));
  for (const double loss : {0.5, 0.6, 0.4, 0.6, 0.3, 0.6}) run(desk, loss);
  EXPECT_TRUE(creates(desk));
}

TEST(Patience, AnEqualValueIsNoNewBest) {
  Desk desk(patient_spec(2));
  for (const double loss : {0.5, 0.5, 0.5}) run(desk, loss);
  EXPECT_FALSE(creates(desk));
}

TEST(Patience, GoesByTheGoal) {
  SweepSpec spec = patient_spec(2);
  spec.metrics[0].goal = Goal::maximize;
  Desk desk(spec);
  for (const double loss : {0.5, 0.6, 0.7, 0.8}) run(desk, loss);
  EXPECT_TRUE(creates(desk));
}

TEST(Patience, AFailedTrialDoesNotCount) {
  Desk desk(patient_spec(2));
  run(desk, 0.5);
  for (int i = 0; i < 4; ++i) desk.record(*desk.sweep.on_error(desk.create(), 1, "boom", desk.now));
  run(desk, 0.6);
  EXPECT_TRUE(creates(desk));
  run(desk, 0.6);
  EXPECT_FALSE(creates(desk));
}

TEST(Patience, AStoppedTrialAndOneWithoutAFiniteValueCount) {
  Desk desk(patient_spec(3));
  run(desk, 0.5);
  run(desk, std::numeric_limits<double>::quiet_NaN());
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  EXPECT_TRUE(creates(desk));
  const TrialId stopped = desk.create();
  ASSERT_EQ(desk.command(CommandVerb::stop, stopped), "");
  EXPECT_EQ(desk.loss(stopped, 1, 0.9), Verdict::stop);
  EXPECT_FALSE(creates(desk));
}

TEST(Patience, TheValueThatWasToldCounts) {
  Desk desk(patient_spec(1));
  run(desk, 0.5);
  const TrialId trial = desk.create();
  desk.record(*desk.sweep.on_tell(trial, 0, true, {{"loss", 0.4}}, desk.now));
  EXPECT_TRUE(creates(desk));
}

TEST(Patience, RunningTrialsFinishAndChangeNothing) {
  Desk desk(patient_spec(1));
  run(desk, 0.5);
  const TrialId running = desk.create();
  run(desk, 0.6);
  EXPECT_TRUE(std::holds_alternative<Wait>(desk.sweep.next()));
  EXPECT_EQ(desk.loss(running, 1, 0.1), Verdict::go_on);
  desk.record(*desk.sweep.on_completed(running, 0, desk.now));
  EXPECT_EQ(end_of(desk), "no new best value in 1 trial") << "as with a target: what is decided stays so";
}

TEST(Patience, NobodyIsPromotedAnyMore) {
  SweepSpec spec = test::promotion_spec();
  spec.budget_no_improvement = 1;
  Desk desk(spec);
  for (int i = 0; i < 3; ++i) {
    desk.loss(desk.create(), 1, 0.1 * i);
    desk.pause(i, 1);
  }
  ASSERT_TRUE(std::holds_alternative<PromoteTrial>(desk.sweep.next()));
  desk.record(*desk.sweep.on_completed(desk.create(), 0, desk.now));
  EXPECT_TRUE(std::holds_alternative<Done>(desk.sweep.next()));
}

TEST(Patience, IsFoldedFromTheEvents) {
  Desk desk(patient_spec(2));
  for (const double loss : {0.5, 0.6, 0.7}) run(desk, loss);
  Sweep folded = *Sweep::make(patient_spec(2), 1);
  for (const Event& event : desk.log) ASSERT_TRUE(folded.apply(event).has_value());
  EXPECT_TRUE(std::holds_alternative<Done>(folded.next()));
  ASSERT_TRUE(folded.apply(event_of(event::Opened{}, desk.now)).has_value());
  EXPECT_TRUE(std::holds_alternative<Done>(folded.next())) << "after a resume, too";
}

TEST(Patience, MayBeRaisedAndLowered) {
  Desk desk(patient_spec(2));
  for (const double loss : {0.5, 0.6, 0.7}) run(desk, loss);
  set(desk, "budget.no_improvement", 4);
  EXPECT_TRUE(creates(desk));
  run(desk, 0.8);
  EXPECT_TRUE(creates(desk)) << "three in a row";
  set(desk, "budget.no_improvement", 3);
  EXPECT_FALSE(creates(desk));
  set(desk, "budget.no_improvement", Value());
  EXPECT_TRUE(creates(desk));
}

TEST(Patience, ATargetThatIsReachedIsTheReason) {
  SweepSpec spec = patient_spec(1);
  spec.metrics[0].target = 0.2;
  Desk desk(spec);
  run(desk, 0.1);
  EXPECT_EQ(end_of(desk), "target reached");
}

}  // namespace
}  // namespace winnow::patience_test

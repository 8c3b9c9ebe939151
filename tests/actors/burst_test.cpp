/// Trainables that hand several reports over at once, hear the verdict, are lost, or can't save their pause.
#include "support.hpp"

namespace winnow::burst_test {
namespace {

using test::World;

/// What happened to the trainables of a test.
struct Log {
  std::vector<std::pair<std::size_t, Verdict>> answers;
  int slices = 0;
  int saves = 0;
};

/// Hands over `size` reports a slice, `slices` times; their loss is the step.
class Bursts final : public Trainable {
public:
  Bursts(Log& log, int size, int slices) : log_(log), size_(size), slices_(slices) {}
  Result<Progress> advance() override {
    if (log_.slices == slices_) return Progress(Finished{});
    ++log_.slices;
    Burst burst;
    for (int i = 0; i < size_; ++i) {
      ++step_;
      burst.push_back({std::nullopt, {{"loss", static_cast<double>(step_)}}});
    }
    return Progress(std::move(burst));
  }
  void answered(std::size_t taken, Verdict verdict) noexcept override { log_.answers.emplace_back(taken, verdict); }
  [[nodiscard]] bool can_pause() const override { return true; }
  Result<void> save(const std::filesystem::path&) override {
    ++log_.saves;
    return fail(errc::unsupported, "nothing was saved");
  }

private:
  Log& log_;
  int size_;
  int slices_;
  Step step_ = 0;
};

class Factory final : public TrainableFactory {
public:
  explicit Factory(std::function<std::unique_ptr<Trainable>()> make) : make_(std::move(make)) {}
  Result<std::unique_ptr<Trainable>> make(const TrialContext&) override { return make_(); }
  [[nodiscard]] Placement placement() const override { return Placement::inline_slice; }

private:
  std::function<std::unique_ptr<Trainable>()> make_;
};

SweepSpec with_scheduler(Value options) {
  SweepSpec spec = test::spec_of(1);
  spec.scheduler = {.type = "asha", .resource = "step", .metric = std::nullopt, .options = std::move(options)};
  return spec;
}

std::shared_ptr<TrainableFactory> bursts(Log& log, int size, int slices) {
  return std::make_shared<Factory>([&log, size, slices] { return std::make_unique<Bursts>(log, size, slices); });
}

TEST(Burst, IsRecordedReportByReportAndItsAnswerHeard) {
  Log log;
  World world(test::spec_of(1));
  world.start(1, bursts(log, 10, 3));
  world.run();
  EXPECT_EQ(world.ledger.count(EventKind::reported), 30U);
  Step step = 0;
  for (const Event& event : world.ledger.events) {
    if (const auto* reported = event.as<event::Reported>()) {
      EXPECT_EQ(reported->step, ++step);
    }
  }
  using Answers = std::vector<std::pair<std::size_t, Verdict>>;
  EXPECT_EQ(log.answers, (Answers{{10, Verdict::go_on}, {10, Verdict::go_on}, {10, Verdict::go_on}}));
}

TEST(Burst, EndsAtTheFirstVerdictThatIsNotToGoOn) {
  Log log;
  World world(with_scheduler({{"max_t", 7}}));
  world.start(1, bursts(log, 10, 3));
  world.run();
  EXPECT_EQ(world.ledger.count(EventKind::reported), 7U) << "steps 8 to 10 came after max_t";
  ASSERT_EQ(log.answers.size(), 1U);
  EXPECT_EQ(log.answers.front(), std::pair(std::size_t{7}, Verdict::stop));
}

TEST(Burst, APauseThatSavesNothingIsAPauseWithoutACheckpoint) {
  Log log;
  SweepSpec spec = with_scheduler({{"max_t", 9}, {"variant", "promotion"}, {"reduction_factor", 3}});
  World world(spec);
  world.start(1, bursts(log, 2, 9), {});
  world.run();
  ASSERT_EQ(world.ledger.count(EventKind::paused), 1U);
  EXPECT_EQ(log.answers.front(), std::pair(std::size_t{1}, Verdict::pause));
  for (const Event& event : world.ledger.events) {
    if (const auto* paused = event.as<event::Paused>()) {
      EXPECT_EQ(paused->from_step, std::nullopt);
    }
  }
}

/// Reports a step that is right, then one that the sweep refuses.
class Refused final : public Trainable {
public:
  explicit Refused(Log& log) : log_(log) {}
  Result<Progress> advance() override { return Progress(StepReport{++log_.slices == 1 ? 1 : -1, {{"loss", 1.0}}}); }
  void answered(std::size_t taken, Verdict verdict) noexcept override { log_.answers.emplace_back(taken, verdict); }

private:
  Log& log_;
};

TEST(Answers, AreNotHeardForAReportThatIsRefused) {
  Log log;
  World world(test::spec_of(1));
  world.start(1, std::make_shared<Factory>([&] { return std::make_unique<Refused>(log); }));
  world.run();
  using Answers = std::vector<std::pair<std::size_t, Verdict>>;
  EXPECT_EQ(log.answers, (Answers{{1, Verdict::go_on}}));
  EXPECT_EQ(world.folded().find(0)->state, TrialState::failed);
}

class Lost final : public Trainable {
public:
  Result<Progress> advance() override { return fail(errc::trial_lost, "killed by signal 9"); }
};

TEST(LostTrial, SpendsALostRetryAndNoErrorRetry) {
  World world(test::spec_of(1));
  world.start(1, std::make_shared<Factory>([] { return std::make_unique<Lost>(); }));
  world.run();
  ASSERT_EQ(world.ledger.count(EventKind::lost), 2U) << "one retry, as by default";
  EXPECT_EQ(world.ledger.count(EventKind::errored), 0U);
}

}  // namespace
}  // namespace winnow::burst_test

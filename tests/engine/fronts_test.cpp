/// The same sweep through the actors and through ask/tell makes the same decisions, and replay agrees with both.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <any>
#include <fstream>

#include <winnow/engine/run.hpp>
#include <winnow/session/asktell.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/session/session.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/storage/ledger/event_row.hpp>
#include <winnow/trainers/function.hpp>

#include "../temp_dir.hpp"

namespace winnow::fronts_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;

/// A trial's reports, whoever trains it: how many there are, and what they say.
struct Curve {
  std::uint64_t seed;
  [[nodiscard]] Step length(TrialId trial) const { return static_cast<Step>(1 + key_hash(seed, trial, "length") % 12); }
  [[nodiscard]] double loss(TrialId trial, Step step) const {
    return static_cast<double>(key_hash(seed, trial * 100 + step, "loss") % 1000);  // ties, too
  }
};

SweepSpec drawn_spec(std::uint64_t seed) {
  Rng rng(seed);
  SweepSpec spec;
  spec.name = "fronts";
  spec.seed = seed;
  spec.durability = Durability::relaxed;
  spec.metrics = {{.name = "loss", .goal = seed % 2 == 0 ? Goal::minimize : Goal::maximize, .target = {}}};
  spec.run_cap = 3 + static_cast<std::int64_t>(rng() % 20);
  spec.space = *Space::make({{.path = {"x"}, .domain = Float{.law = Law::uniform, .a = 0, .b = 1}},
                             {.path = {"k"}, .domain = Integer{.low = 0, .high = 2}}});
  if (rng() % 3 != 0) {
    spec.scheduler.type = "asha";
    spec.scheduler.options = {{"max_t", 9}, {"reduction_factor", 2 + rng() % 2}, {"brackets", 1 + rng() % 2}};
    if (rng() % 2 == 0) spec.scheduler.options["variant"] = "promotion";
  }
  if (rng() % 4 == 0) spec.budget_resource = static_cast<double>(10 + rng() % 60);
  return spec;
}

void through_actors(const SweepSpec& spec, const Curve& curve, const fs::path& dir) {
  const auto outcome =
      run(spec,
          slice_trainer({.advance = [curve](SliceState& state) -> Result<Progress> {
                           const Step step = std::any_cast<Step>(state.memory.has_value() ? state.memory : Step{0}) + 1;
                           if (step > curve.length(state.trial.trial)) return Progress(Finished{});
                           state.memory = step;
                           return Progress(StepReport{step, {{"loss", curve.loss(state.trial.trial, step)}}});
                         },
                         .save = [](const SliceState& state, const fs::path& file) -> Result<void> {
                           std::ofstream(file) << std::any_cast<Step>(state.memory);
                           return {};
                         },
                         .restore = [](SliceState& state, const fs::path& file) -> Result<void> {
                           Step step = 0;
                           std::ifstream(file) >> step;
                           state.memory = step;
                           return {};
                         }}),
          {.slots = 1, .dir = dir});
  ASSERT_TRUE(outcome) << outcome.error().message;
  ASSERT_FALSE(outcome->error) << outcome->error->message;
}

void through_asktell(const SweepSpec& spec, const Curve& curve, const fs::path& dir) {
  const auto file = sweep_file_of(spec);
  ASSERT_TRUE(file) << file.error().message;
  auto session = create_session(*file, dir, *spec.seed);
  ASSERT_TRUE(session) << session.error().message;
  AskTell desk(std::move(*session));
  while (true) {
    const auto asked = desk.handle(R"({"op":"ask"})");
    if (asked.contains("done")) break;
    ASSERT_TRUE(asked.contains("trial")) << asked.dump();
    const auto trial = asked["trial"].get<TrialId>();
    std::string verdict = "continue";
    for (Step step = asked.value("resume_from_step", Step{0}) + 1; verdict == "continue"; ++step) {
      if (step > curve.length(trial)) {
        const auto told = desk.handle(OrderedJson{{"op", "tell"}, {"trial", trial}, {"state", "complete"}}.dump());
        ASSERT_TRUE(told.contains("ok")) << told.dump();
        break;
      }
      const auto said = desk.handle(OrderedJson{
          {"op", "report"}, {"trial", trial}, {"step", step}, {"metrics", {{"loss", curve.loss(trial, step)}}}}
                                        .dump());
      ASSERT_TRUE(said.contains("verdict")) << said.dump();
      verdict = said["verdict"].get<std::string>();
    }
  }
  ASSERT_TRUE(desk.close());
}

std::vector<std::string> decisions_in(const fs::path& dir) {
  std::vector<std::string> decisions;
  const auto ledger = Ledger::open_read_only(RunDir{dir}.ledger());
  const auto read = ledger->read(0, [&](const Event& event) {
    if (event.kind() == EventKind::sweep) return;
    const event_row::Columns columns = event_row::columns_of(event);
    std::string line = std::string(to_string(event.kind())) + " trial " + std::to_string(event.trial) + "/" +
                       std::to_string(event.attempt) + " step " + std::to_string(columns.step) + " " +
                       std::string(to_string(columns.verdict)) + " rung " + std::to_string(columns.rung) + " " +
                       std::string(to_string(event.state));
    decisions.push_back(line + " " + event_row::encode_body(columns) + " " + event.text);
  });
  EXPECT_TRUE(read);
  return decisions;
}

TEST(Fronts, ActorsAndAskTellDecideAlikeAndReplayAgrees) {
  std::size_t promotions = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const TempDir folder;
    const SweepSpec spec = drawn_spec(seed);
    through_actors(spec, {seed}, folder / "actors");
    through_asktell(spec, {seed}, folder / "asktell");
    if (testing::Test::HasFatalFailure()) return;
    const auto decisions = decisions_in(folder / "actors");
    ASSERT_GT(decisions.size(), 6U);
    ASSERT_EQ(decisions, decisions_in(folder / "asktell"));
    for (const std::string& line : decisions) promotions += line.starts_with("promoted") ? 1 : 0;
    for (const char* front : {"actors", "asktell"}) {
      const auto outcome = replay(folder / front);
      ASSERT_TRUE(outcome) << outcome.error().message;
      ASSERT_FALSE(outcome->difference) << outcome->difference->what << ": " << outcome->difference->recorded << " / "
                                        << outcome->difference->replayed;
    }
  }
  EXPECT_GT(promotions, 12U) << "or the test has lost its teeth";
}

}  // namespace
}  // namespace winnow::fronts_test

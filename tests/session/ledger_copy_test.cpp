/// A ledger for whoever may look at the sweep: all that happened, and nothing of what process.env tells programs.
#include <winnow/session/ledger_copy.hpp>

#include <gmock/gmock.h>

#include <fstream>

#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/session/session.hpp>
#include <winnow/session/sweep_json.hpp>

#include "../temp_dir.hpp"

namespace winnow::ledger_copy_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSweep = R"(# hush-hush stands in a remark, too
name: copied
metric: {name: loss, goal: minimize}
parameters: {x: {min: 0.0, max: 1.0}}
run_cap: 3
durability: relaxed
command: [sh, -c, 'exit 0']
process:
  env: {API_KEY: hush-hush, LONG: &long )";

/// Longer than a page of SQLite's.
std::string sweep_file() {
  return kSweep + std::string(9000, 'h') + "ush, AGAIN: *long}\n";
}

std::string bytes_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Session made(const fs::path& root, const std::string& text) {
  auto file = parse_document(text, "sweep.yaml").value();
  auto session = create_session(sweep_file_of(text, std::move(file), "sweep.yaml").value(), root, 1);
  EXPECT_TRUE(session) << (session ? "" : session.error().message);
  return std::move(*session);
}

void train(Session& session, int trials) {
  for (TrialId trial = 0; trial < trials; ++trial) {
    auto started = record(session, {session.sweep.suggested(trial, *session.sampler->propose(trial), 0, 1),
                                    session.sweep.started(trial, {}, 2)});
    ASSERT_TRUE(started) << started.error().message;
    auto judged = session.sweep.on_report({.trial = trial, .step = {}, .metrics = {{"loss", 0.5}}}, 3);
    ASSERT_TRUE(record(session, std::move(judged->events)));
    ASSERT_TRUE(record(session, *session.sweep.on_completed(trial, 1, 4)));
  }
}

TEST(LedgerCopy, HasNoTraceOfWhatProgramsAreTold) {
  const TempDir dir;
  Session session = made(dir / "run", sweep_file());
  train(session, 2);
  fs::create_directory(dir / "copy");
  const auto copied = copy_without_secrets(session.ledger, dir / "copy" / "ledger.db");
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(std::distance(fs::directory_iterator(dir / "copy"), fs::directory_iterator()), 1) << "one file";
  const std::string bytes = bytes_of(dir / "copy" / "ledger.db");
  for (const char* secret : {"hush-hush", "hhhhush"}) EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
  const auto run = recover(dir / "copy");
  ASSERT_TRUE(run) << run.error().message;
  using Variables = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(run->sweep.spec().process.env, (Variables{{"API_KEY", ""}, {"LONG", ""}, {"AGAIN", ""}}));
}

TEST(LedgerCopy, IsOtherwiseTheSweep) {
  const TempDir dir;
  Session session = made(dir / "run", sweep_file());
  train(session, 2);
  fs::create_directory(dir / "copy");
  ASSERT_TRUE(copy_without_secrets(session.ledger, dir / "copy" / "ledger.db"));
  const auto events = [](const fs::path& root) {
    std::string text;
    const auto read = Ledger::open_read_only(root / "ledger.db")->read(1, [&](const Event& event) {
      text += event_json(event).dump() + "\n";
    });
    EXPECT_TRUE(read);
    return text;
  };
  EXPECT_EQ(events(dir / "copy"), events(dir / "run"));
  const auto here = recover(dir / "run"), copy = recover(dir / "copy");
  SweepSpec spec = here->sweep.spec();
  for (auto& [name, value] : spec.process.env) value.clear();
  EXPECT_EQ(copy->sweep.spec(), spec);
  const auto replayed = replay(dir / "copy");
  ASSERT_TRUE(replayed) << replayed.error().message;
  EXPECT_FALSE(replayed->difference);
}

TEST(LedgerCopy, WithoutVariablesKeepsTheFileAsItIs) {
  const TempDir dir;
  const std::string text = "# a remark\nparameters: {x: {min: 0.0, max: 1.0}}\n";
  const Session session = made(dir / "run", text);
  fs::create_directory(dir / "copy");
  ASSERT_TRUE(copy_without_secrets(session.ledger, dir / "copy" / "ledger.db"));
  EXPECT_EQ(recover(dir / "copy")->text, text);
}

TEST(LedgerCopy, IsGivenItsVariablesAgain) {
  const auto text = with_variables(sweep_file(), [](const std::string& name) { return "my " + name; });
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("\"API_KEY\": \"my API_KEY\""));
  EXPECT_THAT(*text, Not(HasSubstr("hush")));
  EXPECT_FALSE(with_variables("[", [](const std::string&) { return ""; }));
}

TEST(LedgerCopy, OfMoreEventsThanAreWrittenAtOnceIsWhole) {
  const TempDir dir;
  Session session = made(dir / "run",
                         "name: many\nmetric: {name: loss, goal: minimize}\ndurability: relaxed\n"
                         "parameters: {x: {min: 0.0, max: 1.0}}\n");
  ASSERT_TRUE(record(
      session, {session.sweep.suggested(0, *session.sampler->propose(0), 0, 1), session.sweep.started(0, {}, 2)}));
  for (Step step = 1; step <= 9000; ++step) {
    auto judged = session.sweep.on_report({.trial = 0, .step = step, .metrics = {{"loss", 1.0}}}, 3);
    ASSERT_TRUE(record(session, std::move(judged->events)));
  }
  fs::create_directory(dir / "copy");
  ASSERT_TRUE(copy_without_secrets(session.ledger, dir / "copy" / "ledger.db"));
  EXPECT_EQ(recover(dir / "copy")->sweep.last_seq(), session.sweep.last_seq());
}

}  // namespace
}  // namespace winnow::ledger_copy_test

/// Settings that change between sessions: `winnow resume` with an edited sweep file, and with --set.
#include <map>

#include "support.hpp"

namespace winnow::settings_test {
namespace {

using test::curve_sweep;
using test::events_of;
using test::expect_replays;
using test::Finished;
using test::TempDir;
using test::write;

std::string read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::map<std::string, std::string> contents(const std::filesystem::path& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) files[entry.path().string()] = read(entry.path());
  }
  return files;
}

std::string finished_run(const TempDir& temp, int run_cap) {
  const auto dir = (temp / "run").string();
  const Finished run = test::winnow({"run", write(temp / "s.yaml", curve_sweep(run_cap)).string(), "--dir", dir});
  EXPECT_EQ(run.code, 0) << run.err;
  return dir;
}

void edit(const std::string& dir, const std::string& from, const std::string& to) {
  std::string text = read(dir + "/sweep.yaml");
  text.replace(text.find(from), from.size(), to);
  write(dir + "/sweep.yaml", text);
}

std::size_t trials(const std::string& dir) {
  return Value::parse(test::winnow({"show", dir, "--json"}).out)["list"].size();
}

TEST(ChangedSettings, ARaisedRunCapInTheFileLetsAFinishedSweepGoOn) {
  const TempDir temp;
  const auto dir = finished_run(temp, 4);
  edit(dir, "run_cap: 4", "run_cap: 7  # more");
  const Finished resumed = test::winnow({"resume", dir});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(resumed.out.find("run_cap: 4 -> 7\n"), 0U) << resumed.out;
  EXPECT_EQ(trials(dir), 7U);
  expect_replays(dir);
  const std::size_t events = events_of(dir).size();
  ASSERT_EQ(test::winnow({"resume", dir}).code, 0);
  EXPECT_EQ(events_of(dir).size(), events) << "the file says what is known";
}

TEST(ChangedSettings, WhatWasSetByNameStaysWhileTheFileStays) {
  const TempDir temp;
  const auto dir = finished_run(temp, 2);
  ASSERT_EQ(test::winnow({"resume", dir, "--set", "run_cap=4", "--set", "budget.wall=2h"}).code, 0);
  EXPECT_EQ(trials(dir), 4U);
  ASSERT_EQ(test::winnow({"resume", dir, "--set", "durability=relaxed", "--set", "checkpoints.best=0"}).code, 0);
  EXPECT_EQ(trials(dir), 4U) << "the file still says 2";
  edit(dir, "run_cap: 2", "run_cap: 5");
  ASSERT_EQ(test::winnow({"resume", dir}).code, 0);
  EXPECT_EQ(trials(dir), 5U) << "the file was edited: it counts";
  std::vector<std::string> changed;
  for (const Event& event : events_of(dir)) {
    if (const auto* setting = event.as<event::Changed>())
      changed.push_back(event.text + " " + setting->params.to_json().dump());
  }
  EXPECT_EQ(changed, (std::vector<std::string>{R"(command {"run_cap":4})", R"(command {"budget.wall":7200})",
                                               R"(command {"durability":"relaxed"})",
                                               R"(command {"checkpoints.best":0})", R"(file {"run_cap":5})"}));
  expect_replays(dir);
}

TEST(ChangedSettings, DurabilityAndCheckpointsTakeEffect) {
  const TempDir temp;
  const auto dir = finished_run(temp, 1);
  const Finished resumed = test::winnow({"resume", dir, "--set", "run_cap=2", "--set", "durability=relaxed", "--set",
                                         "checkpoints.last=3", "--set", "checkpoints.best=0"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_NE(resumed.out.find("acknowledged before they are synced"), std::string::npos) << resumed.out;
}

TEST(ChangedSettings, ARefusedEditSaysWhatAndLeavesTheDirectoryAsItIs) {
  const TempDir temp;
  const auto dir = finished_run(temp, 2);
  edit(dir, "rate: {min: 0.1, max: 2.0}", "rate: {min: 0.1, max: 3.0}");
  edit(dir, "run_cap: 2", "run_cap: 9");
  ASSERT_EQ(test::winnow({"show", dir}).code, 0);
  const auto before = contents(dir);
  const Finished refused = test::winnow({"resume", dir});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("sweep.yaml"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("parameters.rate.max: 2.0 -> 3.0"), std::string::npos) << refused.err;
  EXPECT_EQ(contents(dir), before);
  edit(dir, "max: 3.0", "max: [");
  EXPECT_EQ(test::winnow({"resume", dir}).code, 2) << "no sweep file any more";
  std::filesystem::remove(dir + "/sweep.yaml");
  EXPECT_EQ(test::winnow({"resume", dir}).code, 0) << "the ledger has what counts";
  for (const std::string setting : {"seed=4", "run_cap=none=3", "run_cap", "budget.wall=soon", "rn_cap=3"}) {
    EXPECT_EQ(test::winnow({"resume", dir, "--set", setting}).code, 2) << setting;
  }
}

TEST(ChangedSettings, AskTellTakesThemToo) {
  const TempDir temp;
  const auto dir = (temp / "loop").string();
  const auto file = write(temp / "s.yaml", "parameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 1\n").string();
  const auto ask = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"asktell", file, "--dir", dir});
    return test::winnow(options, "{\"op\":\"ask\"}\n{\"op\":\"tell\",\"trial\":0,\"state\":\"complete\"}\n");
  };
  EXPECT_EQ(ask({"--set", "run_cap=2"}).code, 2) << "there is no run yet";
  ASSERT_EQ(ask({}).code, 0);
  EXPECT_EQ(test::lines_of(ask({}).out)[0], "{\"done\":true}");
  EXPECT_EQ(Value::parse(test::lines_of(ask({"--set", "run_cap=2"}).out)[0])["trial"], 1);
  edit(dir, "max: 1.0", "max: 2.0");
  EXPECT_EQ(ask({}).code, 2);
}

}  // namespace
}  // namespace winnow::settings_test

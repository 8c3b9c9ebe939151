/// The main job: the digits sweep over LibTorch, from the sweep file that the repository ships.
#include "support.hpp"

namespace winnow::digits_test {
namespace {

using test::Finished;
using test::TempDir;

TEST(Digits, FindsAGoodClassifierAndSaysWhatStoppingSaved) {
  const TempDir temp;
  const auto dir = temp / "run";
  const std::string file = std::string(WINNOW_SOURCE_DIR) + "/examples/digits/sweep.yaml";
  const Finished run = test::winnow({"run", file, "--dir", dir.string(), "--json"});
  ASSERT_EQ(run.code, 0) << run.err;
  const Value summary = Value::parse(test::lines_of(run.out).back());
  EXPECT_EQ(summary["trials"]["created"], 64);
  EXPECT_GT(summary["trials"]["stopped"], 30);
  EXPECT_LT(summary["resource"].get<double>(), 0.5 * summary["resource_without_stopping"].get<double>());
  EXPECT_EQ(summary["best"]["state"], "completed");
  EXPECT_GE(summary["best"]["metrics"]["eval/accuracy"].get<double>(), 0.97);
  EXPECT_TRUE(std::filesystem::exists(summary["best"]["checkpoint"].get<std::string>()));
  test::expect_replays(dir);
}

TEST(Digits, GoesOnAfterAKillWithTheSameCurves) {
  // One slot: the ledger of an interrupted sweep must hold the very values of an undisturbed one.
  const TempDir temp;
  const std::string file = std::string(WINNOW_SOURCE_DIR) + "/examples/digits/sweep.yaml";
  const auto sweep = [&] {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    std::string yaml = text.str();
    yaml.replace(yaml.find("run_cap: 64"), 11, "run_cap: 6 ");
    std::filesystem::copy_file(std::string(WINNOW_SOURCE_DIR) + "/examples/digits/digits.h5", temp / "digits.h5");
    return test::write(temp / "sweep.yaml", yaml).string();
  }();
  const auto curves = [](const std::filesystem::path& dir) {
    std::vector<std::tuple<TrialId, Step, Metrics>> rows;
    for (const Event& event : test::events_of(dir)) {
      if (const auto* reported = event.as<event::Reported>())
        rows.emplace_back(event.trial, reported->step, reported->metrics);
    }
    std::sort(rows.begin(), rows.end());
    return rows;
  };
  const auto whole = temp / "whole";
  ASSERT_EQ(test::winnow({"run", sweep, "--dir", whole.string(), "--slots", "1"}).code, 0);

  const auto broken = temp / "broken";
  test::Process first({test::winnow_program(), "run", sweep, "--dir", broken.string(), "--slots", "1"});
  while (first.running() && (!std::filesystem::exists(broken / "metrics.h5") || curves(broken).size() < 5)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  first.kill(SIGKILL);
  ASSERT_EQ(first.wait().signal, SIGKILL);
  ASSERT_EQ(test::winnow({"resume", broken.string(), "--slots", "1"}).code, 0);
  EXPECT_EQ(curves(broken), curves(whole));
}

TEST(Digits, TrainsTheBestTrialAgainBitForBit) {
  const TempDir temp;
  const auto dir = temp / "run";
  const auto again = temp / "again";
  const std::string file = std::string(WINNOW_SOURCE_DIR) + "/examples/digits/sweep.yaml";
  ASSERT_EQ(test::winnow({"run", file, "--dir", dir.string(), "--quiet"}).code, 0);
  const Finished trained = test::winnow({"train", dir.string(), "--dir", again.string()});
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_NE(trained.out.find("bit for bit (27 reports)"), std::string::npos) << trained.out;
  const Value best = Value::parse(test::winnow({"best", dir.string(), "--json"}).out);
  EXPECT_EQ(Value::parse(test::winnow({"best", again.string(), "--json"}).out)["metrics"], best["metrics"]);
}

}  // namespace
}  // namespace winnow::digits_test

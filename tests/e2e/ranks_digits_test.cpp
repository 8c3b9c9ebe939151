/// `trainer: {…, ranks: 2}`: two processes train each trial together.
#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "program_sweep.hpp"

namespace winnow::test::ranks_digits_test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Curve {
  std::vector<double> losses;
  TrialState state{};
};

std::map<TrialId, Curve> curves_of(const fs::path& run) {
  std::map<TrialId, Curve> curves;
  for (const Event& event : events_of(run)) {
    if (event.trial < 0) continue;
    Curve& curve = curves[event.trial];
    curve.state = event.state;
    const auto* reported = event.as<event::Reported>();
    if (reported != nullptr && reported->judged) curve.losses.push_back(metric_at(reported->metrics, "eval/loss"));
  }
  return curves;
}

class RanksDigits : public ::testing::Test {
protected:
  fs::path write_sweep(int ranks, int batch_size, int epochs, const std::string& more = "") const {
    return write(dir / ("sweep-" + std::to_string(ranks) + ".yaml"),
                 "name: ranks\nseed: 3\nmethod: random\nmetric: {name: eval/loss, goal: minimize}\nparameters:\n"
                 "  learning_rate: {distribution: log_uniform_values, min: 0.001, max: 0.01}\nrun_cap: 2\nslots: 1\n"
                 "trainer: {type: classifier, data: " +
                     std::string(WINNOW_SOURCE_DIR) + "/examples/digits/digits.h5, epochs: " + std::to_string(epochs) +
                     ", batch_size: " + std::to_string(batch_size) + ", ranks: " + std::to_string(ranks) + "}\n" +
                     more);
  }
  [[nodiscard]] std::vector<std::string> run_of(const fs::path& file, const fs::path& run) const {
    return {winnow_program(), "run", file.string(), "--dir", run.string()};
  }

  TempDir dir;
  std::string mark = "ranks" + std::to_string(::getpid());
};

TEST_F(RanksDigits, TrainAsOneWouldWithTheWholeBatch) {
  ASSERT_EQ(Process(run_of(write_sweep(1, 100, 3), dir / "one")).wait().code, 0);  // 1,437 rows: the last batch is 37
  const Finished two = Process(run_of(write_sweep(2, 50, 3), dir / "two"), "", {"MARK=" + mark}).wait();
  ASSERT_EQ(two.code, 0) << two.out << two.err;
  const auto expected = curves_of(dir / "one");
  const auto found = curves_of(dir / "two");
  ASSERT_EQ(found.size(), 2U);
  for (const auto& [trial, curve] : expected) {
    ASSERT_EQ(found.at(trial).losses.size(), curve.losses.size());
    for (std::size_t i = 0; i < curve.losses.size(); ++i) {
      EXPECT_NEAR(found.at(trial).losses[i], curve.losses[i], 1e-5) << "trial " << trial << ", epoch " << i + 1;
    }
  }
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
}

TEST_F(RanksDigits, GoOnFromTheLastCheckpointAfterOneOrAllWereKilled) {
  const auto file = write_sweep(2, 50, 20, "trial: {retries: {lost: 2}}\n");
  ASSERT_EQ(Process(run_of(write_sweep(1, 100, 20), dir / "one")).wait().code, 0);
  {
    Process running(run_of(file, dir / "two"), "", {"MARK=" + mark, "TMPDIR=" + dir.path().string()});
    for (const std::size_t reports : {2, 5}) {
      ASSERT_TRUE(wait_until(running, [&] {
        return fs::exists(dir / "two/ledger.db") && curves_of(dir / "two")[0].losses.size() >= reports &&
               workers_of(mark).size() == 2;
      }));
      ::kill(workers_of(mark).at(reports == 2 ? 0 : 1), SIGKILL);
    }
    ASSERT_TRUE(wait_until(running, [&] { return curves_of(dir / "two")[0].losses.size() >= 8; }));
    for (const std::string& line : remains(mark)) ::kill(std::stoi(line), SIGKILL);
    running.wait();
  }
  const Finished done = winnow({"resume", (dir / "two").string()}, "", {"MARK=" + mark});
  EXPECT_EQ(done.code, 0) << done.out << done.err;
  const auto expected = curves_of(dir / "one");
  for (const auto& [trial, curve] : curves_of(dir / "two")) {
    EXPECT_EQ(curve.state, TrialState::completed);
    ASSERT_EQ(curve.losses.size(), 20U);
    EXPECT_NEAR(curve.losses.back(), expected.at(trial).losses.back(), 1e-3) << "in 300 steps rounding adds up";
  }
  EXPECT_THAT(remains_after(mark, 1s), IsEmpty());
  expect_replays(dir / "two");
}

}  // namespace
}  // namespace winnow::test::ranks_digits_test

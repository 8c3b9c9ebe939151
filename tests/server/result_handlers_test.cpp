/// What a sweep came to, over HTTP: best trial, importance, and files to take away.
#include <fstream>
#include <thread>

#include <winnow/base/hdf5/hdf5.hpp>
#include <winnow/session/recovered.hpp>

#include "watched_sweep.hpp"

namespace winnow::server::result_handlers_test {

using namespace winnow::server::test;

TEST(ResultHandlers, TheBestTrialIsTheListsOrTheFrontOfSeveralMetrics) {
  WatchedSweep sweep(curves_sweep(10));
  const auto best = sweep.look("/best")["best"];
  EXPECT_EQ(best["trial"], sweep.manager.find(sweep.id)->best->trial);
  EXPECT_TRUE(best["params"].contains("rate"));
}

TEST(ResultHandlers, TheBestOfASweepWithoutValuesIsNull) {
  WatchedSweep sweep(curves_sweep(10, 5, "30"), false);
  EXPECT_TRUE(sweep.look("/best")["best"].is_null());
  EXPECT_EQ(sweep.status("/importance"), 409U) << "no trial has completed";
  EXPECT_EQ(sweep.send("POST", sweep.path + "/stop", R"({"now": true})").result_int(), 200U);
  sweep.manager.wait();
}

TEST(ResultHandlers, ImportanceIsByEitherEvaluator) {
  WatchedSweep sweep(curves_sweep(60));
  for (const char* target : {"/importance?target_quantile=0.2", "/importance?evaluator=fanova"}) {
    const auto answer = sweep.look(target);
    const auto& importances = answer["metrics"][0]["importances"];
    EXPECT_EQ(importances.size(), 2U);
    EXPECT_EQ(importances[0]["parameter"], "asymptote") << target;
    EXPECT_EQ(answer["seq"], sweep.manager.find(sweep.id)->last_seq);
  }
  EXPECT_EQ(sweep.status("/importance?target_quantile=2"), 400U);
  EXPECT_EQ(sweep.status("/importance?target_quantile=0.5&region_quantile=0.2"), 422U);
}

TEST(ResultHandlers, CsvHasALineATrialOrAReport) {
  WatchedSweep sweep(curves_sweep(12, 20));
  const auto trials = lines_of(sweep.stream("/export.csv"));
  ASSERT_EQ(trials.size(), 13U);
  EXPECT_EQ(trials[0], "trial,state,attempt,step,rung,value,reason,metric.loss,param.asymptote,param.rate");
  EXPECT_TRUE(trials[12].starts_with("11,completed,1,20,"));
  const auto reports = lines_of(sweep.stream("/export.csv?table=reports"));
  EXPECT_EQ(reports.size(), 1U + 12 * 20);
  EXPECT_EQ(reports[0], "seq,trial,attempt,step,time,metric,value,verdict,rung,judged");
}

TEST(ResultHandlers, TheMetricsFileIsWholeAlsoWhileTheSweepRuns) {
  WatchedSweep sweep(curves_sweep(1000, 5, "0.01"), false);
  while (sweep.look("/trials")["total"] < 5) std::this_thread::yield();
  const auto path = sweep.dir / "copy.h5";
  std::ofstream(path, std::ios::binary) << sweep.stream("/metrics.h5");
  const hid_t file = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  for (const char* name : {"trials", "reports", "wide/state"}) EXPECT_GT(H5Lexists(file, name, H5P_DEFAULT), 0) << name;
  H5Fclose(file);
  EXPECT_EQ(sweep.send("POST", sweep.path + "/stop", R"({"now": true})").result_int(), 200U);
  sweep.manager.wait();
}

TEST(ResultHandlers, TheLedgerIsWholeAlsoWhileTheSweepRuns) {
  WatchedSweep sweep(curves_sweep(1000, 5, "0.01"), false);
  while (sweep.look("/trials")["total"] < 5) std::this_thread::yield();
  std::ofstream(sweep.dir / "ledger.db", std::ios::binary) << sweep.stream("/ledger");
  const auto run = recover(sweep.dir.path());
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_GE(run->sweep.trials().size(), 5U);
  EXPECT_EQ(sweep.send("POST", sweep.path + "/stop", R"({"now": true})").result_int(), 200U);
  sweep.manager.wait();
  std::filesystem::remove(sweep.dir / "ledger.db");
  const Answer whole = sweep.ask(sweep.path + "/ledger");
  EXPECT_EQ(whole["Content-Type"], "application/vnd.sqlite3");
  EXPECT_EQ(whole["Content-Disposition"], "attachment; filename=\"ledger.db\"");
  std::ofstream(sweep.dir / "ledger.db", std::ios::binary) << whole.body();
  EXPECT_EQ(recover(sweep.dir.path())->sweep.last_seq(), sweep.manager.find(sweep.id)->last_seq);
  EXPECT_EQ(sweep.ask("/api/v1/sweeps/none/ledger").result_int(), 404U);
}

}  // namespace winnow::server::result_handlers_test

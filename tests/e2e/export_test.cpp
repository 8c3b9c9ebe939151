/// `winnow export`: what spreadsheets and scripts read, also while the sweep runs.
#include <algorithm>

#include "support.hpp"

namespace winnow::export_test {
namespace {

using test::curve_sweep;
using test::Finished;
using test::lines_of;
using test::Process;
using test::python;
using test::TempDir;
using test::winnow_program;
using test::write;

/// A finished run by ask/tell whose texts and numbers are awkward.
std::string awkward_run(const TempDir& temp) {
  const auto file = write(temp / "odd.yaml",
                          "metric: {name: loss}\nparameters:\n  kind: {value: 'a \"b\", c'}\n  lr: {value: 0.1}\n"
                          "run_cap: 3\n");
  const std::string dir = (temp / "odd").string();
  const std::string requests = R"({"op":"ask"}
{"op":"report","trial":0,"step":1,"metrics":{"loss":0.30000000000000004,"t,1":"Infinity"}}
{"op":"tell","trial":0,"state":"complete","metrics":{"loss":0.25}}
{"op":"ask"}
{"op":"report","trial":1,"step":1,"metrics":{"loss":"NaN"}}
{"op":"tell","trial":1,"state":"failed"}
{"op":"ask"}
)";
  EXPECT_EQ(test::winnow({"asktell", file.string(), "--dir", dir}, requests).code, 0);
  return dir;
}

TEST(Export, TrialsAsCsvReadBackExactly) {
  const TempDir temp;
  const auto dir = awkward_run(temp);
  const Finished out = test::winnow({"export", dir, "--csv", "-o", (temp / "t.csv").string()});
  ASSERT_EQ(out.code, 0) << out.err;
  EXPECT_EQ(out.out, "");
  EXPECT_FALSE(std::filesystem::exists(temp / "t.csv.new"));
  const Finished check = python(R"(
import csv, math, sys
rows = list(csv.DictReader(open(sys.argv[1], newline='')))
assert list(rows[0]) == ['trial', 'state', 'attempt', 'step', 'rung', 'value', 'reason', 'metric.loss', 'metric.t,1',
                         'param.kind', 'param.lr'], list(rows[0])
assert [r['state'] for r in rows] == ['completed', 'failed', 'queued'], rows
assert rows[0]['value'] == '0.25' and float(rows[0]['metric.t,1']) == math.inf
assert math.isnan(float(rows[1]['value'])) and rows[1]['reason'] == 'told failed'
assert rows[2]['value'] == '' and rows[2]['metric.loss'] == ''
assert all(r['param.kind'] == 'a "b", c' and float(r['param.lr']) == 0.1 for r in rows)
print('ok')
)",
                                {(temp / "t.csv").string()});
  EXPECT_EQ(check.out, "ok\n") << check.err;
}

TEST(Export, ShowExportAndTheMetricsFileAgreeOnTheStates) {
  const TempDir temp;
  const std::string dir = (temp / "run").string();
  std::string sweep = curve_sweep(27);
  sweep.replace(sweep.find("max_t"), 0, "variant: promotion, ");
  const Finished run = test::winnow({"run", write(temp / "s.yaml", sweep).string(), "--dir", dir, "--quiet"});
  ASSERT_EQ(run.code, 0) << run.err;
  std::vector<std::string> states;
  const Value shown = Value::parse(test::winnow({"show", dir, "--json"}).out);
  for (const Value& trial : shown["list"]) states.push_back(trial["state"]);
  EXPECT_GT(std::count(states.begin(), states.end(), "paused"), 0);
  EXPECT_GT(std::count(states.begin(), states.end(), "completed"), 0);
  std::vector<std::string> exported;
  for (const Value& trial : Value::parse(test::winnow({"export", dir, "--json"}).out)) {
    exported.push_back(trial["state"]);
  }
  EXPECT_EQ(exported, states);
  const Finished metrics = python(R"(
import h5py, json, sys
names = ['queued', 'running', 'paused', 'stopped', 'completed', 'failed']
with h5py.File(sys.argv[1]) as file:
    wide = [state.decode() for state in file['wide/state'][:].tolist()]
    assert wide == [names[state] for state in file['trials']['state'].tolist()]
    print(json.dumps(wide))
)",
                                  {dir + "/metrics.h5"});
  ASSERT_EQ(metrics.code, 0) << metrics.err;
  EXPECT_EQ(Value::parse(metrics.out).get<std::vector<std::string>>(), states);
}

TEST(Export, TrialsAsJsonAreThoseOfShow) {
  const TempDir temp;
  const auto dir = awkward_run(temp);
  const Finished out = test::winnow({"export", dir, "--json"});
  ASSERT_EQ(out.code, 0) << out.err;
  const Value list = Value::parse(out.out);
  EXPECT_EQ(list, Value::parse(test::winnow({"show", dir, "--json"}).out)["list"]);
  EXPECT_EQ(list[0]["metrics"]["t,1"], "Infinity");
  EXPECT_EQ(lines_of(out.out).size(), 5U) << "an element a line, so that line tools can use it";
}

TEST(Export, ReportsAreOneRowAMetric) {
  const TempDir temp;
  const auto dir = awkward_run(temp);
  const auto lines = lines_of(test::winnow({"export", dir, "--csv", "--reports"}).out);
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0], "seq,trial,attempt,step,time,metric,value,verdict,rung,judged");
  EXPECT_NE(lines[1].find("0.30000000000000004,continue,,true"), std::string::npos) << lines[1];
  EXPECT_NE(lines[2].find("\"t,1\",inf,continue"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find("loss,0.25,,,false"), std::string::npos) << "a final value by ask/tell: " << lines[3];
  const Value json = Value::parse(test::winnow({"export", dir, "--json", "--reports"}).out);
  ASSERT_EQ(json.size(), 4U);
  EXPECT_EQ(json[0]["value"], 0.30000000000000004);
  EXPECT_EQ(json[2]["step"], Value());
  EXPECT_EQ(json[3]["value"], "NaN");
}

TEST(Export, WorksWhileTheSweepRuns) {
  const TempDir temp;
  const auto dir = temp / "run";
  Process process(
      {winnow_program(), "run", write(temp / "s.yaml", curve_sweep(1000, 0.01)).string(), "--dir", dir.string()});
  while (!std::filesystem::exists(dir / "metrics.h5")) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::size_t rows = 0;
  while (rows < 5 && process.running()) {
    const Finished out = test::winnow({"export", dir.string(), "--csv", "--reports"});
    ASSERT_EQ(out.code, 0) << out.err;
    rows = lines_of(out.out).size();
  }
  EXPECT_TRUE(process.running());
  EXPECT_EQ(test::winnow({"export", dir.string(), "--json"}).code, 0);
}

TEST(Export, WantsOneFormatAndARun) {
  const TempDir temp;
  const auto dir = awkward_run(temp);
  for (const auto& args : std::vector<std::vector<std::string>>{{"export", dir}, {"export", dir, "--csv", "--json"}}) {
    const Finished out = test::winnow(args);
    EXPECT_EQ(out.code, 2);
    EXPECT_NE(out.err.find("--csv"), std::string::npos) << out.err;
  }
  const auto file = temp / "none.csv";
  EXPECT_EQ(test::winnow({"export", "/nonexistent", "--csv", "-o", file.string()}).code, 2);
  EXPECT_FALSE(std::filesystem::exists(file));
  EXPECT_EQ(test::winnow({"export", dir, "--csv", "-o", (temp / "no/such/folder").string()}).code, 2);
  EXPECT_EQ(test::winnow({"export", dir, "--csv", "-o", "/dev/full"}).code, 1);
}

TEST(Export, NeverOverwritesWhatBelongsToARun) {
  const TempDir temp;
  const auto dir = awkward_run(temp);
  const auto ledger = test::events_of(dir).size();
  std::filesystem::create_symlink(dir, temp / "link");
  std::filesystem::create_symlink(dir + "/ledger.db", temp / "file.csv");
  for (const std::string& file :
       {dir + "/ledger.db", dir + "/ledger.db-wal", dir + "/sweep.yaml", dir + "/sweep.json", dir + "/metrics.h5",
        dir + "/lock", dir + "/logs/winnow.log", dir + "/trials/0/x.csv", dir + "/../odd/ledger.db",
        (temp / "link/ledger.db").string(), (temp / "file.csv").string()}) {
    const Finished refused = test::winnow({"export", dir, "--csv", "-o", file});
    EXPECT_EQ(refused.code, 2) << file;
    EXPECT_NE(refused.err.find(file + ": belongs to a run"), std::string::npos) << refused.err;
  }
  for (const char* name : {"sweep.json", "ledger.db-journal"}) {  // relative, and not there
    const Finished refused =
        test::Process({"bash", "-c", "cd \"$1\" && exec \"$0\" export . --csv -o " + std::string(name),
                       test::winnow_program(), dir})
            .wait();
    EXPECT_EQ(refused.code, 2) << name;
    EXPECT_FALSE(std::filesystem::exists(dir + "/" + name)) << name;
  }
  EXPECT_EQ(test::events_of(dir).size(), ledger);
  EXPECT_EQ(test::winnow({"export", dir, "--csv", "-o", dir + "/trials.csv"}).code, 0) << "a file of one's own";
  EXPECT_EQ(test::winnow({"export", dir, "--csv", "-o", dir + "/trials.csv"}).code, 0);
}

TEST(Convert, NeverOverwritesItsSource) {
  const TempDir temp;
  const std::string text = curve_sweep(3) + "# a comment\n";
  const auto file = write(temp / "s.yaml", text).string();
  std::filesystem::create_hard_link(file, temp / "again.yaml");
  for (const std::string& output : {file, (temp / "again.yaml").string()}) {
    const Finished refused = test::winnow({"convert", file, "--to", "optuna", "-o", output});
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.err.find(output + ": is what is read; name another file"), std::string::npos) << refused.err;
  }
  std::stringstream now;
  now << std::ifstream(file).rdbuf();
  EXPECT_EQ(now.str(), text);
  write(temp / "out.json.new", "mine");
  EXPECT_EQ(test::winnow({"convert", file, "--to", "optuna", "-o", (temp / "out.json").string()}).code, 0);
  EXPECT_EQ(std::filesystem::file_size(temp / "out.json.new"), 4U);
}

TEST(Export, AReaderThatLeavesIsNoError) {
  const TempDir temp;
  const auto dir = temp / "run";
  ASSERT_EQ(test::winnow({"run", write(temp / "s.yaml", curve_sweep(500)).string(), "--dir", dir.string()}).code, 0);
  const Finished out = Process({"bash", "-c",
                                "set -o pipefail; '" + winnow_program() + "' export '" + dir.string() +
                                    "' --json --reports | head -2 >/dev/null"})
                           .wait();
  EXPECT_EQ(out.code, 0) << out.err;
  EXPECT_EQ(out.err, "");
}

}  // namespace
}  // namespace winnow::export_test

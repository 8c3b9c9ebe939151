/// `winnow asktell`: the protocol, line by line.
#include <algorithm>

#include "support.hpp"

namespace winnow::asktell_test {
namespace {

using test::curve_sweep;
using test::expect_replays;
using test::Finished;
using test::lines_of;
using test::TempDir;
using test::write;

std::vector<Value> talk(const std::filesystem::path& file, const std::filesystem::path& dir,
                        const std::string& requests) {
  const Finished end = test::winnow({"asktell", file.string(), "--dir", dir.string()}, requests);
  EXPECT_EQ(end.code, 0) << end.err;
  std::vector<Value> answers;
  for (const std::string& line : lines_of(end.out)) answers.push_back(Value::parse(line));
  return answers;
}

TEST(AskTell, ALoopGetsTrialsVerdictsAndTheBest) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(2));
  const auto a = talk(file, temp / "run",
                      "{\"op\":\"ask\"}\n"
                      "{\"op\":\"report\",\"trial\":0,\"step\":1,\"metrics\":{\"loss\":0.3}}\n"
                      "{\"op\":\"ask\"}\n"
                      "{\"op\":\"report\",\"trial\":1,\"metrics\":{\"loss\":0.9}}\n"
                      "{\"op\":\"tell\",\"trial\":1,\"state\":\"complete\"}\n"
                      "{\"op\":\"tell\",\"trial\":0,\"state\":\"complete\",\"metrics\":{\"loss\":0.25}}\n"
                      "{\"op\":\"best\"}\n"
                      "{\"op\":\"ask\"}\n");
  ASSERT_EQ(a.size(), 8U);
  EXPECT_EQ(a[0]["trial"], 0);
  EXPECT_TRUE(a[0]["params"].contains("rate"));
  EXPECT_EQ(a[1], (Value{{"verdict", "continue"}}));
  EXPECT_EQ(a[3], (Value{{"verdict", "stop"}}));
  EXPECT_EQ(a[4], (Value{{"ok", true}}));
  EXPECT_EQ(a[5], (Value{{"ok", true}}));
  EXPECT_EQ(a[6]["trial"], 0);
  EXPECT_EQ(a[6]["value"], 0.25);
  EXPECT_EQ(a[7], (Value{{"done", true}}));
  expect_replays(temp / "run");
}

TEST(AskTell, ALossBesideAPhaseAndNestedMetricsIsTakenAndTheRestIsTold) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(2));
  const auto a = talk(file, temp / "run",
                      "{\"op\":\"ask\"}\n"
                      "{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":0.3,\"phase\":\"val\",\"e\":{\"a\":1}}}\n"
                      "{\"op\":\"report\",\"trial\":0,\"metrics\":{\"phase\":\"val\"}}\n"
                      "{\"op\":\"tell\",\"trial\":0,\"state\":\"complete\",\"metrics\":{\"loss\":0.2,\"ok\":true}}\n");
  EXPECT_EQ(a[1], (Value{{"verdict", "continue"}, {"left_out", {"phase"}}}));
  EXPECT_EQ(a[2]["error"], R"("metrics" has no number, e.g. {"loss": 0.3}; phase is "val")");
  EXPECT_EQ(a[3], (Value{{"ok", true}, {"left_out", {"ok"}}}));
}

TEST(AskTell, NonFiniteMetricsAreTaken) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(3));
  const auto a = talk(file, temp / "run",
                      "{\"op\":\"ask\"}\n{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":\"NaN\"}}\n"
                      "{\"op\":\"ask\"}\n{\"op\":\"report\",\"trial\":1,\"metrics\":{\"loss\":null}}\n");
  EXPECT_EQ(a[1]["verdict"], "stop");
  EXPECT_EQ(a[3]["verdict"], "stop");
}

TEST(AskTell, IllFormedLinesGetAnErrorAndChangeNothing) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(3));
  const std::vector<std::string> bad = {
      "nonsense",
      "[]",
      "{}",
      "{\"op\":\"fly\"}",
      "{\"op\":1}",
      "{\"op\":\"ask\",\"trail\":1}",
      "{\"op\":\"report\",\"trial\":0}",
      "{\"op\":\"report\",\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":0.5,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":-1,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":7,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":99999999999999999999999,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":0,\"metrics\":{}}",
      "{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":\"low\"}}",
      "{\"op\":\"report\",\"trial\":0,\"metrics\":[1]}",
      "{\"op\":\"report\",\"trial\":0,\"step\":-1,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":0,\"attempt\":0,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":0,\"attempt\":9,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"tell\",\"trial\":0}",
      "{\"op\":\"tell\",\"trial\":0,\"state\":\"done\"}",
      "{\"op\":\"tell\",\"trial\":5,\"state\":\"complete\"}",
      "{\"op\":\"best\"}",
      "{\"op\":\"ask\"",
      "",
      " \r",
      "{\"op\":\"report\",\"trial\":0,\"step\":9007199254740993,\"metrics\":{\"loss\":1}}",
      "{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":1e309}}",
      "{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":1,\"loss\":2}}",
  };
  std::string requests = "{\"op\":\"ask\"}\n";
  for (const std::string& line : bad) requests += line + "\n";
  requests += "{\"op\":\"report\",\"trial\":0,\"metrics\":{\"loss\":0.5}}\n";
  const auto a = talk(file, temp / "run", requests);
  ASSERT_EQ(a.size(), bad.size() + 2);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_TRUE(a[i + 1].is_object() && a[i + 1].size() == 1 && a[i + 1].contains("error"))
        << bad[i] << " -> " << a[i + 1].dump();
  }
  EXPECT_EQ(a[bad.size() - 4]["error"], "an empty line; send one object a line, e.g. {\"op\":\"ask\"}");
  EXPECT_EQ(a[bad.size() - 2]["error"], "\"step\" must be an integer from 0 to 9000000000000000, not 9007199254740993");
  EXPECT_EQ(a[bad.size() - 1]["error"],
            "not valid JSON: number overflow parsing '1e309'; send one object a line, e.g. {\"op\":\"ask\"}");
  EXPECT_EQ(a[bad.size()]["error"], "'loss' stands twice in one object; send one object a line, e.g. {\"op\":\"ask\"}");
  EXPECT_EQ(a.back()["verdict"], "continue");
  // sweep, opened, suggested, started, reported, interrupted: the bad lines left no trace
  EXPECT_EQ(test::events_of(temp / "run").size(), 6U);
}

TEST(AskTell, AnotherSweepFileOnTheSameDirectoryIsRefused) {
  const TempDir temp;
  talk(write(temp / "a.yaml", curve_sweep(3)), temp / "run", "{\"op\":\"ask\"}\n");
  const Finished other =
      test::winnow({"asktell", write(temp / "b.yaml", curve_sweep(4)).string(), "--dir", (temp / "run").string()});
  EXPECT_EQ(other.code, 2);
}

TEST(AskTell, RunsTheSameSweepAsRun) {
  const TempDir temp;
  const auto file = write(temp / "s.yaml", curve_sweep(4));
  std::string requests;
  for (int i = 0; i < 4; ++i) requests += "{\"op\":\"ask\"}\n";
  const auto answers = talk(file, temp / "loop", requests);
  ASSERT_EQ(test::winnow({"run", file.string(), "--dir", (temp / "run").string()}).code, 0);
  const Value show = Value::parse(test::winnow({"show", (temp / "run").string(), "--json"}).out);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(answers[i]["params"], show["list"][i]["params"]);
}

TEST(AskTell, EndsWhenItsLedgerIsGone) {
  const TempDir temp;
  const auto dir = temp / "run";
  const Finished end =
      test::Process(
          {"bash", "-c",
           "{ echo '{\"op\":\"ask\"}'; while [ ! -e \"$1/logs/winnow.log\" ]; do sleep 0.01; done; rm -rf \"$1\"; "
           "echo '{\"op\":\"ask\"}'; echo '{\"op\":\"ask\"}'; } | \"$0\" asktell \"$2\" --dir \"$1\"",
           test::winnow_program(), dir.string(), write(temp / "s.yaml", curve_sweep(9)).string()})
          .wait();
  EXPECT_EQ(end.code, 1) << end.out << end.err;
  EXPECT_EQ(lines_of(end.out).size(), 1U) << "no answer that is not on the disk: " << end.out;
  EXPECT_NE(end.err.find("ledger.db: was deleted or replaced"), std::string::npos) << end.err;
}

TEST(AskTell, EndsWhenItsAnswersAreLost) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  const auto file = write(temp / "s.yaml", curve_sweep(9)).string();
  const Finished end = test::Process({"bash", "-c", "exec \"$0\" asktell \"$1\" --dir \"$2\" >/dev/full",
                                      test::winnow_program(), file, dir},
                                     "{\"op\":\"ask\"}\n{\"op\":\"ask\"}\n{\"op\":\"ask\"}\n")
                           .wait();
  EXPECT_EQ(end.code, 1);
  EXPECT_EQ(end.err, "winnow: standard output: cannot be written: No space left on device\n");
  const auto events = test::events_of(dir);
  EXPECT_EQ(std::count_if(events.begin(), events.end(), [](const Event& e) { return e.kind() == EventKind::started; }),
            1);
}

}  // namespace
}  // namespace winnow::asktell_test

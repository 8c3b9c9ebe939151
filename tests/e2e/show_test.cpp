/// `winnow show`: order, choice, width.
#include "support.hpp"

namespace winnow::show_test {
namespace {

using test::curve_sweep;
using test::Finished;
using test::lines_of;
using test::TempDir;
using test::write;

Value listed(const std::string& dir, std::vector<std::string> options) {
  options.insert(options.begin(), {"show", dir, "--json"});
  const Finished show = test::winnow(options);
  EXPECT_EQ(show.code, 0) << show.err;
  return Value::parse(show.out)["list"];
}

TEST(Show, SortsPicksAndCutsTheList) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  ASSERT_EQ(test::winnow({"run", write(temp / "s.yaml", curve_sweep(20)).string(), "--dir", dir}).code, 0);
  EXPECT_EQ(listed(dir, {}).size(), 20U);
  const Value top = listed(dir, {"--top", "3"});
  ASSERT_EQ(top.size(), 3U);
  EXPECT_LE(top[0]["value"], top[1]["value"]);
  EXPECT_EQ(listed(dir, {"--top", "3", "--sort", "trial"})[2]["trial"], 2);
  const Value steps = listed(dir, {"--sort", "step"});
  EXPECT_EQ(steps[0]["step"], 9);
  EXPECT_EQ(steps[19]["step"], 1);
  for (const Value& trial : listed(dir, {"--state", "completed"})) EXPECT_EQ(trial["state"], "completed");
}

TEST(Show, SaysThatNoProcessRunsAKilledSweep) {
  const TempDir temp;
  const auto dir = temp / "run";
  test::Process process({test::winnow_program(), "run", write(temp / "s.yaml", curve_sweep(9999, 0.02)).string(),
                         "--dir", dir.string(), "--quiet"});
  ASSERT_TRUE(test::wait_until(process, [&] { return std::filesystem::exists(dir / "control"); }));
  EXPECT_EQ(test::winnow({"show", dir.string()}).out.find("no process runs it"), std::string::npos);
  const std::string pid = "pid ";
  EXPECT_EQ(Value::parse(test::winnow({"show", dir.string(), "--json"}).out)["run_by"].get<std::string>().substr(0, 4),
            pid);
  process.kill(SIGKILL);
  process.wait();
  const Finished show = test::winnow({"show", dir.string()});
  EXPECT_NE(show.out.find("no process runs it (`winnow resume " + dir.string() + "` does)"), std::string::npos)
      << show.out;
  EXPECT_TRUE(Value::parse(test::winnow({"show", dir.string(), "--json"}).out)["run_by"].is_null());
}

TEST(Show, NothingIsCutInAPipeAndColumnsLimitsLines) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  ASSERT_EQ(test::winnow({"run", write(temp / "s.yaml", curve_sweep(5)).string(), "--dir", dir}).code, 0);
  const Finished pipe = test::winnow({"show", dir}, "", {"COLUMNS="});
  EXPECT_EQ(pipe.out.find("…"), std::string::npos) << pipe.out;
  EXPECT_NE(pipe.out.find("asymptote"), std::string::npos);
  EXPECT_EQ(lines_of(pipe.out)[0].find("curve: finished, 5 of 5 trials, "), 0U) << pipe.out;
  EXPECT_EQ(lines_of(pipe.out)[1].find("best: trial"), 0U) << pipe.out;
  const Finished narrow = test::winnow({"show", dir}, "", {"COLUMNS=50"});
  EXPECT_NE(narrow.out.find("…"), std::string::npos) << narrow.out;
}

TEST(Show, RefusesWordsThatItDoesntKnow) {
  const TempDir temp;
  const auto dir = (temp / "run").string();
  const auto file = write(temp / "s.yaml", "parameters: {x: {value: 1}}\nrun_cap: 1\n").string();
  ASSERT_EQ(test::winnow({"asktell", file, "--dir", dir}, "{\"op\":\"ask\"}\n").code, 0);
  const Finished sort = test::winnow({"show", dir, "--sort", "vlaue"});
  EXPECT_EQ(sort.code, 2);
  EXPECT_NE(sort.err.find("did you mean value?"), std::string::npos) << sort.err;
  EXPECT_EQ(test::winnow({"show", dir, "--state", "done"}).code, 2);
  EXPECT_EQ(test::winnow({"show", dir, "--top", "0"}).code, 2);
  const Finished none = test::winnow({"show", dir, "--sort", "value"});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("names no metric"), std::string::npos) << none.err;
  EXPECT_EQ(test::winnow({"show", dir, "--top", "1"}).code, 0);
}

}  // namespace
}  // namespace winnow::show_test

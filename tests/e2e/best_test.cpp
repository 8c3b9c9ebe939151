/// `winnow best`, by what the sweep says and by what someone asks afterwards.
#include <gmock/gmock.h>

#include "support.hpp"

namespace winnow::best_test {
namespace {

using test::Finished;
using test::TempDir;
using testing::HasSubstr;

/// Two trials: loss 0.5 0.2 0.9 and 0.6 0.4 0.3, acc rising in the first and falling in the second.
struct Asked {
  Asked() : dir((temp / "run").string()) {
    const auto file = test::write(temp / "sweep.yaml",
                                  "method: random\nmetric: {name: loss, goal: minimize}\n"
                                  "parameters: {x: {min: 0.0, max: 1.0}}\nrun_cap: 2\n");
    std::string lines;
    const double loss[2][3] = {{0.5, 0.2, 0.9}, {0.6, 0.4, 0.3}};
    const double acc[2][3] = {{0.1, 0.2, 0.3}, {0.8, 0.4, 0.2}};
    for (int trial = 0; trial < 2; ++trial) {
      lines += "{\"op\":\"ask\"}\n";
      for (int step = 1; step <= 3; ++step) {
        lines += Value{{"op", "report"},
                       {"trial", trial},
                       {"step", step},
                       {"metrics", {{"loss", loss[trial][step - 1]}, {"acc", acc[trial][step - 1]}}}}
                     .dump() +
                 "\n";
      }
      lines += Value{{"op", "tell"}, {"trial", trial}, {"state", "complete"}}.dump() + "\n";
    }
    const Finished told = test::winnow({"asktell", file.string(), "--dir", dir}, lines);
    EXPECT_EQ(told.code, 0) << told.err;
  }

  [[nodiscard]] Finished best(std::vector<std::string> options) const {
    options.insert(options.begin(), {"best", dir});
    return test::winnow(std::move(options));
  }
  [[nodiscard]] std::string first_line(std::vector<std::string> options) const {
    return test::lines_of(best(std::move(options)).out).at(0);
  }

  TempDir temp;
  std::string dir;
};

TEST(Best, IsChosenByAnotherScopeOrMetricAfterwards) {
  const Asked asked;
  EXPECT_EQ(asked.first_line({}), "best: trial 1, loss = 0.3 (completed, after step 3)");
  EXPECT_EQ(asked.first_line({"--scope", "best"}), "best: trial 0, loss = 0.2 (completed, after step 3)");
  EXPECT_EQ(asked.first_line({"--metric", "acc:maximize"}), "best: trial 0, acc = 0.3 (completed, after step 3)");
  EXPECT_EQ(asked.first_line({"--metric", "acc:maximize", "--scope", "best"}),
            "best: trial 1, acc = 0.8 (completed, after step 3)");
  EXPECT_EQ(asked.first_line({"--metric", "loss", "--scope", "avg"}),
            "best: trial 1, loss = 0.433333 (completed, after step 3)");
  const Value json = Value::parse(asked.best({"--metric", "acc:minimize", "--json"}).out);
  EXPECT_EQ(json["trial"], 1);
  EXPECT_EQ(json["value"], 0.2);
  EXPECT_EQ(json["metric"], "acc");
}

TEST(Best, SaysWhatIsTheLastReportedValueWhereThatIsNotTheTrials) {
  const Asked asked;
  EXPECT_THAT(asked.best({"--scope", "best"}).out, HasSubstr("loss = 0.9  (last reported; best = 0.2)\n"));
  EXPECT_THAT(asked.best({}).out, HasSubstr("loss = 0.3  (objective)\n"));
}

TEST(Best, OfAMetricThatNobodyReportedNamesTheNearest) {
  const Asked asked;
  for (const auto& [option, value, said] :
       {std::tuple("--metric", "los:minimize",
                   "winnow: --metric los: no trial has reported it; did you mean loss? (there are: acc, loss)\n"),
        std::tuple("--metric", "acc",
                   "winnow: --metric acc: isn't optimised, so say which way is better: --metric acc:minimize or "
                   "acc:maximize\n"),
        std::tuple(
            "--scope", "bset",
            "winnow: --scope bset: is none of last, best, avg, last-5-avg, last-10-avg; did you mean best?\n")}) {
    const Finished refused = asked.best({option, value});
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(refused.err, said);
  }
}

}  // namespace
}  // namespace winnow::best_test

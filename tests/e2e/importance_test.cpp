/// `winnow importance`: the parameters of a run, by how much difference they make.
#include <gmock/gmock.h>

#include "support.hpp"

namespace winnow::importance_test {
namespace {

using test::Finished;
using test::TempDir;
using test::write;
using testing::HasSubstr;

/// The asymptote decides what a curve comes to, and the scale next to nothing.
std::string curves(int trials, const std::string& metric = "{name: loss, goal: minimize}") {
  return "method: random\nseed: 3\nmetric: " + metric +
         "\nparameters:\n  asymptote: {min: 0.0, max: 1.0}\n  rate: {min: 1.5, max: 2.0}\n  scale: {values: [1.0, "
         "1.001]}\n"
         "  noise: {value: 0}\n"
         "trainer: {type: landscape, function: learning_curve, steps: 3}\nrun_cap: " +
         std::to_string(trials) + "\n";
}

std::string run(const TempDir& temp, const std::string& sweep) {
  const std::string dir = (temp / "run").string();
  const Finished ran = test::winnow({"run", write(temp / "s.yaml", sweep).string(), "--dir", dir, "--quiet"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  return dir;
}

TEST(ImportanceCommand, RanksTheParameters) {
  const TempDir temp;
  const std::string dir = run(temp, curves(60));
  const Finished text = test::winnow({"importance", dir});
  EXPECT_EQ(text.code, 0) << text.err;
  const auto lines = test::lines_of(text.out);
  EXPECT_EQ(lines.at(0), "loss (minimize): what sets the best 6 of 60 completed trials apart");
  EXPECT_THAT(lines.at(2), HasSubstr("asymptote"));
  EXPECT_THAT(text.out, HasSubstr("left out, with one value only: noise"));

  const Value json = Value::parse(test::winnow({"importance", dir, "--json", "--target-quantile", "0.2"}).out);
  EXPECT_EQ(json["evaluator"], "ped_anova");
  EXPECT_EQ(json["target_quantile"], 0.2);
  const Value& loss = json["metrics"][0];
  EXPECT_EQ(loss["target_trials"], 12);
  EXPECT_EQ(loss["importances"].size(), 3U);
  EXPECT_EQ(loss["importances"][0]["parameter"], "asymptote");
  EXPECT_GT(loss["importances"][0]["importance"], 0.6);
}

TEST(ImportanceCommand, RanksThemByFanovaToo) {
  const TempDir temp;
  const std::string dir = run(temp, curves(60));
  const Finished text = test::winnow({"importance", dir, "--evaluator", "fanova"});
  EXPECT_EQ(text.code, 0) << text.err;
  const auto lines = test::lines_of(text.out);
  EXPECT_EQ(lines.at(0), "loss (minimize): what makes the values of 60 completed trials differ");
  EXPECT_THAT(lines.at(2), HasSubstr("asymptote"));
  EXPECT_THAT(text.out, HasSubstr("of the variance"));
  EXPECT_THAT(text.out, HasSubstr("left out, with one value only: noise"));

  const std::string out = test::winnow({"importance", dir, "--json", "--evaluator", "fanova"}).out;
  const Value json = Value::parse(out);
  EXPECT_EQ(json["evaluator"], "fanova");
  EXPECT_EQ(json["n_trees"], 64);
  EXPECT_EQ(json["seed"], 0);
  const Value& loss = json["metrics"][0];
  EXPECT_EQ(loss["trials"], 60);
  EXPECT_EQ(loss["importances"][0]["parameter"], "asymptote");
  EXPECT_GT(loss["importances"][0]["variance_fraction"], 0.6);
  EXPECT_EQ(out, test::winnow({"importance", dir, "--json", "--evaluator", "fanova"}).out);
}

TEST(ImportanceCommand, KnowsItsEvaluators) {
  const TempDir temp;
  const std::string dir = run(temp, curves(20));
  const Finished unknown = test::winnow({"importance", dir, "--evaluator", "fanvoa"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("--evaluator fanvoa: is none of ped_anova, fanova"));
  const Finished not_its = test::winnow({"importance", dir, "--evaluator", "fanova", "--target-quantile", "0.2"});
  EXPECT_EQ(not_its.code, 2);
  EXPECT_THAT(not_its.err, HasSubstr("--target-quantile: only --evaluator ped_anova has it"));
  EXPECT_THAT(test::winnow({"importance", "--help"}).out, HasSubstr("--evaluator fanova"));
}

TEST(ImportanceCommand, SaysWhatIsMissing) {
  const TempDir temp;
  const std::string dir = run(temp, curves(1));
  const Finished few = test::winnow({"importance", dir});
  EXPECT_EQ(few.code, 2);
  EXPECT_THAT(few.err, HasSubstr("at least 2 completed trials"));
  const Finished wrong = test::winnow({"importance", dir, "--target-quantile", "1.5"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("target_quantile: must be above 0 and below 1"));
}

}  // namespace
}  // namespace winnow::importance_test

#include <winnow/trainers/program/report_line.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include <winnow/trainers/program/line_buffer.hpp>
#include <winnow/trainers/program/stdout_patterns.hpp>

namespace winnow::program::report_line_test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

ReportRequest request_in(std::string_view line, const std::vector<std::string>& declared = {}) {
  auto request = parse_line(line, declared);
  EXPECT_TRUE(request.has_value()) << line << ": " << (request ? "" : request.error().message);
  if (!request || !std::holds_alternative<ReportRequest>(*request)) return {};
  return std::get<ReportRequest>(*request);
}

StepReport report(std::string_view line, const std::vector<std::string>& declared = {}) {
  return request_in(line, declared).report;
}

std::string refusal(std::string_view line) {
  const auto request = parse_line(line, {});
  EXPECT_FALSE(request.has_value()) << line;
  return request ? "" : request.error().message;
}

TEST(ReportLine, BothFormsMeanTheSame) {
  for (const char* line : {R"({"metrics":{"acc":0.9,"loss":0.3},"step":4})", R"({"loss":0.3,"acc":0.9,"step":4})",
                           R"({"op":"report","loss":3e-1,"acc":0.9,"step":4.0})"}) {
    const StepReport read = report(line);
    EXPECT_EQ(read.step, 4) << line;
    EXPECT_THAT(read.metrics, ElementsAre(Pair("acc", 0.9), Pair("loss", 0.3))) << line;
  }
  EXPECT_EQ(report(R"({"loss":1})").step, std::nullopt);
}

TEST(ReportLine, NonFiniteValuesComeAsTextsOrAsPythonWritesThem) {
  EXPECT_TRUE(std::isnan(report(R"({"loss":null})").metrics.at(0).second));
  EXPECT_TRUE(std::isnan(report(R"({"loss":"NaN"})").metrics.at(0).second));
  EXPECT_TRUE(std::isnan(report(R"({"loss": NaN, "step": 1})").metrics.at(0).second));
  EXPECT_EQ(report(R"({"loss": -Infinity})").metrics.at(0).second, -INFINITY);
  const StepReport both = report(R"({"NaN \" Infinity": Infinity})");
  EXPECT_THAT(both.metrics, ElementsAre(Pair("NaN \" Infinity", INFINITY)));
}

TEST(ReportLine, WhatIsNoReportIsRefusedWithWhatWouldBeRight) {
  EXPECT_THAT(refusal("loss 0.3"), HasSubstr("no JSON object; send {\"loss\":0.3,\"step\":1}"));
  EXPECT_THAT(refusal("[1]"), HasSubstr("no JSON object"));
  EXPECT_THAT(refusal(R"({"loss":true})"), HasSubstr("no number to record: loss is true; send {"));
  EXPECT_THAT(refusal(R"({"loss":"low","tags":[1]})"),
              HasSubstr(R"(no number to record: loss is "low", tags is [1]; send {)"));
  EXPECT_THAT(refusal(R"({"loss":0.3,"step":1.5})"), HasSubstr("step must be a whole number"));
  EXPECT_THAT(refusal(R"({"loss":0.3,"step":-1})"), HasSubstr("step must be a whole number"));
  EXPECT_THAT(refusal(R"({"loss":0.3,"step":9007199254740993})"),
              HasSubstr("a whole number from 0 to 9000000000000000,"));
  EXPECT_THAT(refusal(""), HasSubstr("an empty line; send {\"loss\""));
  EXPECT_THAT(refusal(" \r"), HasSubstr("an empty line; send {\"loss\""));
  EXPECT_THAT(refusal(R"({"step":1})"), HasSubstr("no number to record; send {"));
  EXPECT_THAT(refusal(R"({"metrics":3})"), HasSubstr("metrics is 3, no object"));
  EXPECT_THAT(refusal(R"({"eval":{"acc":1},"eval.acc":2})"), HasSubstr("'eval.acc' stands twice in one report"));
  EXPECT_THAT(refusal(R"({"metrics":{"loss":1},"loss":2})"), HasSubstr("'loss' stands twice in one report"));
  EXPECT_THAT(refusal(R"({"op":"tell"})"), HasSubstr("unknown op \"tell\""));
  EXPECT_THAT(refusal(R"({"op":"suggest","name":"lr"})"), HasSubstr("needs a name and a distribution"));
}

TEST(ReportLine, ALossBesideAPhaseAndAFlagIsTaken) {
  const auto request = request_in(R"({"loss":0.3,"phase":"val","ok":true,"step":1})");
  EXPECT_THAT(request.report.metrics, ElementsAre(Pair("loss", 0.3)));
  EXPECT_THAT(request.left_out, ElementsAre(Pair("ok", "true"), Pair("phase", R"("val")")));
}

TEST(ReportLine, ANestedMetricHasItsNameWithDotsOrAsTheSweepFileHasIt) {
  const char* line = R"({"metrics":{"eval":{"acc":0.7,"top":{"5":0.9}},"loss":0.3},"step":1})";
  EXPECT_THAT(report(line).metrics, ElementsAre(Pair("eval.acc", 0.7), Pair("eval.top.5", 0.9), Pair("loss", 0.3)));
  EXPECT_THAT(report(line, {"eval/acc"}).metrics,
              ElementsAre(Pair("eval/acc", 0.7), Pair("eval.top.5", 0.9), Pair("loss", 0.3)));
}

TEST(ReportLine, ABooleanIsANumberWhereTheSweepFileNamesItsMetric) {
  EXPECT_THAT(report(R"({"solved":true,"ok":false,"n":1})", {"solved"}).metrics,
              ElementsAre(Pair("n", 1.0), Pair("solved", 1.0)));
  EXPECT_THAT(report(R"({"solved":false})", {"solved"}).metrics, ElementsAre(Pair("solved", 0.0)));
}

TEST(ReportLine, NumbersBesideMetricsAreTakenToo) {
  EXPECT_THAT(report(R"({"metrics":{"loss":0.3},"epoch":4,"step":1})").metrics,
              ElementsAre(Pair("epoch", 4.0), Pair("loss", 0.3)));
}

TEST(ReportLine, WhatIsNearlyOneIsRefusedWithWhatIsWrong) {
  EXPECT_THAT(refusal(R"({"loss":1e309})"), HasSubstr("not valid JSON: number overflow parsing '1e309'; send {"));
  EXPECT_THAT(refusal(R"({"loss":NaN,"acc":1e309})"), HasSubstr("number overflow parsing '1e309'"));
  EXPECT_THAT(refusal(R"({"\ud800":1})"), HasSubstr("invalid string: surrogate"));
  EXPECT_THAT(refusal("{\"\xff\":1}"), HasSubstr("ill-formed UTF-8 byte"));
  EXPECT_THAT(refusal(R"({"loss":1)"), HasSubstr("unexpected end of input"));
  EXPECT_THAT(refusal(R"({"loss":1,"acc":3,"loss":2})"), HasSubstr("'loss' stands twice in one object"));
  EXPECT_THAT(refusal(R"({"metrics":{"a":1,"a":1}})"), HasSubstr("'a' stands twice in one object"));
  EXPECT_EQ(report(R"({"metrics":{"metrics":1},"step":2})").step, 2);
}

TEST(ReportLine, ASuggestionIsAskedFor) {
  const auto request = parse_line(R"({"op":"suggest","name":"lr","distribution":{"low":0}})", {});
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(std::get<SuggestRequest>(*request).name, "lr");
  EXPECT_EQ(std::get<SuggestRequest>(*request).distribution, Value({{"low", 0}}));
}

TEST(ALineBuffer, PutsLinesTogetherHoweverTheyCome) {
  LineBuffer lines;
  std::vector<std::string> got;
  for (const char c : std::string("one\n\ntwo\nthree")) {
    lines.add(std::string_view(&c, 1));
    while (const auto line = lines.next()) got.emplace_back(line->text);
  }
  EXPECT_THAT(got, ElementsAre("one", "", "two")) << "an empty line is one: it is to be answered";
  EXPECT_EQ(lines.rest()->text, "three");
  EXPECT_FALSE(lines.rest().has_value());
}

TEST(ALineBuffer, LetsALineThatIsTooLongGo) {
  LineBuffer lines;
  const std::string part(LineBuffer::kLongest / 4, 'x');
  for (int i = 0; i < 40; ++i) {
    lines.add(part);
    ASSERT_FALSE(lines.next().has_value());
    ASSERT_LE(lines.size(), LineBuffer::kLongest) << "it is kept";
  }
  lines.add("tail\nnext\n");
  EXPECT_TRUE(lines.next()->too_long);
  EXPECT_EQ(lines.next()->text, "next");
}

class Patterns : public ::testing::Test {
protected:
  static StdoutPatterns make(const StdoutPatterns::Patterns& patterns) { return *StdoutPatterns::make(patterns); }
  std::optional<StepReport> read(const StdoutPatterns& patterns, std::string_view line) {
    return patterns.read(line, step, [this](const std::string& text) { odd.push_back(text); });
  }
  std::optional<Step> step;
  std::vector<std::string> odd;
};

TEST_F(Patterns, ALineWithAMetricIsAReportAtItsStep) {
  const auto patterns = make({{"loss", R"(loss[=:] *(\S+))"}, {"acc", R"(acc=(\S+))"}, {"step", R"(epoch (\d+))"}});
  const auto both = read(patterns, "epoch 3: loss=0.25, acc=0.9;");
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->step, 3);
  EXPECT_THAT(both->metrics, ElementsAre(Pair("loss", 0.25), Pair("acc", 0.9)));
  EXPECT_FALSE(read(patterns, "epoch 4 begins").has_value());
  EXPECT_EQ(read(patterns, "loss: 1e-3")->step, 4) << "the last one seen";
  EXPECT_FALSE(read(patterns, "nothing here").has_value());
}

TEST_F(Patterns, TheLossIsNotReadOutOfTheNameOfAnother) {
  const auto patterns = make({{"loss", R"(loss[=:] *(\S+))"}});
  EXPECT_EQ(read(patterns, "train_loss=0.9 val_loss=0.4 loss=0.7")->metrics.at(0).second, 0.7);
  EXPECT_EQ(read(patterns, "loss: 0.25 - val_loss: 0.5")->metrics.at(0).second, 0.25);
  for (const char* line : {"train_loss=0.9", "val/loss=0.4", "val.loss=1", "val-loss: 1", "closs=1", "2loss=1"}) {
    EXPECT_FALSE(read(patterns, line).has_value()) << line;
  }
  for (const char* line : {"loss=0.7", "[3/9] loss=0.7", "epoch 3,loss=0.7", "... loss=0.7", "|loss=0.7", "--loss=0.7",
                           "(loss=0.7)", "Done...loss=0.7"}) {
    EXPECT_TRUE(read(patterns, line).has_value()) << line;
  }
  EXPECT_TRUE(odd.empty());
}

TEST_F(Patterns, APatternMaySayItselfWhatStandsBefore) {
  EXPECT_EQ(read(make({{"loss", R"(_loss=(\S+))"}}), "val_loss=0.4")->metrics.at(0).second, 0.4);
  EXPECT_EQ(read(make({{"loss", R"(val_loss=(\S+))"}}), "val_loss=0.4")->metrics.at(0).second, 0.4);
  EXPECT_EQ(read(make({{"loss", R"(\S*loss=(\S+))"}}), "val_loss=0.4")->metrics.at(0).second, 0.4);
  EXPECT_EQ(read(make({{"loss", R"(.*loss=(\S+))"}}), "val_loss=0.4")->metrics.at(0).second, 0.4);
  EXPECT_FALSE(read(make({{"loss", R"([Ll]oss=(\S+))"}}), "val_loss=0.4").has_value());
}

TEST_F(Patterns, OfSeveralMatchesTheLastNumberCounts) {
  const auto patterns = make({{"loss", R"(loss=(\S+))"}, {"step", R"((\d+)/9)"}});
  const auto report = read(patterns, "1/9 loss=0.9 2/9 loss=0.7 loss=none");
  EXPECT_EQ(report->metrics.at(0).second, 0.7);
  EXPECT_EQ(report->step, 2);
  EXPECT_TRUE(odd.empty());
}

TEST_F(Patterns, ALongLineOfOneNameTakesNoTime) {
  const auto patterns = make({{"digits", R"((\d+))"}});
  EXPECT_FALSE(read(patterns, "a" + std::string(1 << 20, '1')).has_value());
}

TEST_F(Patterns, AGroupThatIsNoNumberIsToldAndLeftOut) {
  const auto patterns = make({{"loss", R"(loss=(\S+))"}});
  EXPECT_FALSE(read(patterns, "loss=low").has_value());
  EXPECT_THAT(odd, ElementsAre(HasSubstr("found 'low'")));
  EXPECT_TRUE(std::isnan(read(patterns, "loss=nan")->metrics.at(0).second));
  EXPECT_EQ(read(patterns, "loss=inf")->metrics.at(0).second, INFINITY);
}

TEST_F(Patterns, ColoursAreNoPartOfALine) {
  const auto patterns = make({{"loss", R"(^loss=(\d\.\d+)$)"}});
  EXPECT_EQ(read(patterns, "\x1b[1;32mloss=\x1b[0m0.5\x1b[K")->metrics.at(0).second, 0.5);
}

TEST_F(Patterns, OneWithoutExactlyOneGroupIsRefused) {
  EXPECT_FALSE(StdoutPatterns::make({{"loss", "loss"}}).has_value());
  EXPECT_FALSE(StdoutPatterns::make({{"loss", "(a)(b)"}}).has_value());
  EXPECT_FALSE(StdoutPatterns::make({{"loss", "(["}}).has_value());
}

}  // namespace
}  // namespace winnow::program::report_line_test

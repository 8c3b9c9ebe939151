/// Hydra's override grammar and sweeper files: what hydra-core 1.3 and hydra-optuna-sweeper 1.3 make of the same texts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/space/describe.hpp>
#include <winnow/space/dialects/dialect.hpp>
#include <winnow/space/dialects/hydra.hpp>

namespace winnow::hydra_test {
namespace {

using testing::HasSubstr;

struct Read {
  Space space;
  std::string error;
  std::vector<std::string> warnings;
};

Read read(const std::string& text) {
  const auto document = parse_document(text, "h.yaml");
  EXPECT_TRUE(document) << document.error().message;
  Diagnostics diagnostics("h.yaml");
  Read result{hydra::read_space(document->root, diagnostics), "", {}};
  if (!diagnostics.ok()) result.error = diagnostics.first_error().message;
  result.warnings = diagnostics.take_warnings();
  return result;
}

/// `x: …` in the params of Optuna's sweeper, or of another one.
Read read_param(const std::string& value, const std::string& more = "n_trials: 3") {
  return read("hydra: {sweeper: {params: {x: " + Value(value).dump() + "}, " + more + "}}");
}

std::string described(const std::string& value, const std::string& more = "n_trials: 3") {
  const Read done = read_param(value, more);
  return done.error.empty() ? describe(done.space.parameters().front().domain) : done.error;
}

TEST(HydraOverride, MeansWhatHydraMakesOfIt) {
  const std::pair<const char*, const char*> vectors[] = {
      {"choice(1,2,3)", "one of [1, 2, 3]"},
      {"choice('a b','c')", R"(one of ["a b", "c"])"},
      {R"(choice([1, 2],{a: 1},"q s"))", R"(one of ["[1,2]", "{a:1}", "q s"])"},
      {"choice(None, True, yes)", R"(one of ["None", true, "yes"])"},
      {"choice(-1,+2,1e3)", "one of [-1, 2, 1000.0]"},
      {"choice(0x10, 007, 1_0)", R"(one of ["0x10", "007", 10])"},
      {"choice(a/b.yaml, c-d, e:f, $g%h)", R"(one of ["a/b.yaml", "c-d", "e:f", "$g%h"])"},
      {"choice(${a.b},c)", R"(one of ["${a.b}", "c"])"},
      {"choice( a b , c )", R"(one of ["a b", "c"])"},
      {"a,b,c", R"(one of ["a", "b", "c"])"},
      {"a,null", R"(one of ["a", "null"])"},
      {"range(1,10)", "integer in [1, 10]"},
      {"range(10)", "integer in [0, 10]"},
      {"range(1,10,step=2)", "integer in [1, 9] in steps of 2"},
      {"range(start=1,stop=4)", "integer in [1, 4]"},
      {"range(0,1,0.3)", "uniform in [0, 0.9] in steps of 0.3"},
      {"float(range(1,5))", "uniform in [1, 5] in steps of 1"},
      {"int(range(1.0,5.0))", "integer in [1, 5]"},
      {"shuffle(range(1,4))", "one of [1, 2, 3]"},
      {"sort(choice(3,1,2))", "one of [1, 2, 3]"},
      {"interval(1,5)", "uniform in [1, 5]"},
      {"interval(start=1e-5,end=1e-1)", "uniform in [1e-05, 0.1]"},
      {"int(interval(1.5,5.5))", "integer in [1, 5]"},
      {"tag(log,interval(1,100))", "log-uniform in [1, 100]"},
      {"tag(log, x, interval(1,2))", "log-uniform in [1, 2]"},
      {"tag(foo,interval(1,100))", "uniform in [1, 100]"},
      {"int(tag(log,interval(1,512)))", "log-uniform integer in [1, 512]"},
      {"tag(log,int(interval(1,512)))", "log-uniform integer in [1, 512]"},
      {"tag(log,range(1,10))", "integer in [1, 10]"},
      {"int(choice(1.5,2))", "one of [1, 2]"},
      {"str(choice(1,2))", R"(one of ["1", "2"])"},
      {"bool(choice(1,0))", "one of [true, false]"},
      {"5", "always 5"},
      {"1e-3", "always 0.001"},
      {"true", "always true"},
      {"null", R"(always "null")"},
      {"[1, 2]", R"(always "[1,2]")"},
      {R"("a,b")", R"(always "\"a,b\"")"},
  };
  for (const auto& [text, expected] : vectors) EXPECT_EQ(described(text), expected) << text;
}

TEST(HydraOverride, IsRefusedWhereHydraRefusesIt) {
  const std::pair<const char*, const char*> vectors[] = {
      {"interval(5,1)", "low (5) must be at most high (1)"},
      {"tag(log,interval(0,10))", "low (0) must be greater than 0 with log"},
      {"range(5,1)", "low (5) must be at most high (1)"},
      {"range(10,1,-2)", "a range's step must be greater than 0"},
      {"choice()", "needs at least one value"},
      {"range(1,2,3,4)", "range takes start, stop, step"},
      {"interval(1,2,3)", "interval takes start, end"},
      {"interval(0,1", "'(' of interval isn't closed"},
      {"intervall(0,1)", "unknown function 'intervall'; did you mean interval?"},
      {"glob(*)", "glob names files of a configuration"},
      {"choice(range(1,2),3)", "a sweep inside another isn't drawn"},
  };
  for (const auto& [text, expected] : vectors) EXPECT_THAT(described(text), HasSubstr(expected)) << text;
}

TEST(HydraOverride, ErrorsStandWhereTheyAre) {
  EXPECT_EQ(
      read("hydra:\n  sweeper:\n    params:\n      x: choice(1, foo(2))\n").error,
      "h.yaml:4:20: hydra.sweeper.params.x: unknown function 'foo' (there are: choice, range, interval, tag, int, "
      "float, str, bool, sort, shuffle)");
}

TEST(HydraSweeper, OfHydrasOwnCrossesAndLeavesOutTheEnd) {
  const Read done = read("hydra: {sweeper: {params: {x: 'range(1,4)', y: 'range(1,4,2)', z: 'a,b', c: 3}}}");
  ASSERT_EQ(done.error, "");
  EXPECT_EQ(describe(done.space.find("x")->domain), "integer in [1, 3]");
  EXPECT_EQ(describe(done.space.find("y")->domain), "integer in [1, 3] in steps of 2");
  EXPECT_TRUE(done.space.find("z")->grid);
  EXPECT_FALSE(done.space.find("c")->grid);
  EXPECT_THAT(described("interval(0,1)", "max_batch_size: 1"), HasSubstr("an interval has no grid"));
}

TEST(HydraSweeper, OfOptunasGridSamplerLeavesOutTheEnd) {
  const std::string grid = "sampler: {_target_: optuna.samplers.GridSampler}";
  EXPECT_EQ(described("range(1,4)", grid), "integer in [1, 3]");
}

TEST(HydraSweeper, KnowsItsSampler) {
  const auto sampler = [](const std::string& text) { return hydra::sampler_of(parse_document(text, "h")->root); };
  EXPECT_EQ(sampler("hydra: {sweeper: {params: {x: 1}}}"), "basic");
  EXPECT_EQ(sampler("hydra: {sweeper: {params: {x: 1}, n_trials: 3}}"), "tpe");
  EXPECT_EQ(sampler("defaults: [{override hydra/sweeper: optuna}]\nhydra: {sweeper: {params: {x: 1}}}"), "tpe");
  EXPECT_EQ(
      sampler("defaults: [{override /hydra/sweeper/sampler: random}]\nhydra: {sweeper: {n_trials: 1, params: {}}}"),
      "random");
  EXPECT_EQ(sampler("hydra: {sweeper: {params: {}, sampler: {_target_: optuna.samplers.CmaEsSampler}}}"), "cmaes");
}

TEST(HydraSweeper, TakesParamsBeforeASearchSpace) {
  const Read done = read(
      "hydra: {sweeper: {params: {x: 'choice(1,2)'}, search_space: {y: {type: int, low: 1, high: 2}}, n_trials: 1}}");
  EXPECT_EQ(done.space.parameters().size(), 1U);
  EXPECT_THAT(done.warnings.at(0), HasSubstr("hydra.sweeper.search_space: stands beside params, and is ignored"));
}

TEST(HydraSweeper, IsToldFromASpaceOfRay) {
  const auto document = parse_document("hydra: {sweeper: {params: {x: 'choice([1, 2])'}}}", "h.yaml");
  EXPECT_EQ(recognise(document->root), Dialect::hydra);
}

}  // namespace
}  // namespace winnow::hydra_test

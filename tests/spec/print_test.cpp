#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <winnow/space/domain_json.hpp>
#include <winnow/spec/objective.hpp>
#include <winnow/spec/print.hpp>
#include <winnow/spec/record.hpp>

namespace winnow::print_test {
namespace {

void expect_the_same_when_recorded(const SweepSpec& spec, const std::string& what) {
  const std::string text = spec_record(spec).dump();
  const auto read = spec_of_record(OrderedJson::parse(text));
  ASSERT_TRUE(read.has_value()) << what << ": " << read.error().message << "\n" << text;
  EXPECT_TRUE(*read == spec) << what << "\n" << text << "\n" << spec_record(*read).dump();
}

void expect_the_same_when_read(const SweepSpec& spec, const std::string& what) {
  expect_the_same_when_recorded(spec, what);
  const std::string text = sweep_file(spec).dump(2);
  const auto read = parse_spec(text, "printed.json");
  ASSERT_TRUE(read.has_value()) << what << ": " << read.error().message << "\n" << text;
  SweepSpec expected = spec;
  if (spec.metrics.size() != 1) expected.stopped_are_eligible = read->spec.stopped_are_eligible;
  if (spec.metrics.empty()) expected.scope = read->spec.scope;  // of nothing
  EXPECT_TRUE(read->spec == expected) << what << "\n" << text << "\n" << sweep_file(read->spec).dump(2);
}

TEST(SpecJson, EverySweepFileOfTheTestsReadsBackTheSame) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(WINNOW_SOURCE_DIR) + "/tests/data/sweeps")) {
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    const auto spec = parse_spec(text.str(), entry.path().filename().string());
    if (!spec) continue;
    ++files;
    expect_the_same_when_read(spec->spec, entry.path().filename().string());
  }
  EXPECT_GT(files, 3);
}

TEST(SpecJson, AProgramReadsBackTheSame) {
  SweepSpec spec;
  spec.space = *Space::make({{{"layers"}, Integer{.low = 1, .high = 4}, {}, false}});
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = std::nullopt}};
  spec.program = "train.py";
  spec.command = {"${env}", "python3", "${program}", "${args_no_boolean_flags}", "--data=${envvar:HOME}"};
  spec.project = "digits";
  spec.process = {.directory = "../src",
                  .env = {{"CUBLAS_WORKSPACE_CONFIG", ":4096:8"}, {"EMPTY", ""}, {"NO", "no"}},
                  .metrics = {{"loss", "loss[=:] *(\\S+)"}, {"step", "epoch (\\d+)"}},
                  .wandb = true};
  expect_the_same_when_read(spec, "a program");
  EXPECT_TRUE(sweep_file(spec).contains("process"));
}

TEST(SpecJson, ASpecOfAProgramReadsBackTheSame) {
  SweepSpec spec;
  spec.name = "made in C++";
  spec.seed = 7;
  spec.trial_seed = 8;
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = 0.1},
                  {.name = "time", .goal = Goal::maximize, .target = std::nullopt}};
  Float rate;
  rate.law = Law::log_uniform;
  rate.a = 1e-4;
  rate.b = 0.1;
  spec.space = *Space::make({{{"lr"}, rate, {}, false}, {{"layers"}, Integer{.low = 1, .high = 4}, {}, false}});
  spec.scheduler = {.type = "asha", .resource = "reports", .metric = "time", .options = {{"max_t", 9}}};
  spec.run_cap = 10;
  spec.budget_wall = 3600;
  spec.gpus = 0;
  spec.trial.retries_error = 2;
  spec.trial.on_nan = OnNan::fail;
  spec.failures_max = 3;
  spec.checkpoints_best = 0;
  spec.durability = Durability::relaxed;
  expect_the_same_when_read(spec, "two metrics");
  spec.metrics.pop_back();
  spec.scheduler.metric.reset();
  spec.scope = Scope::last_5_avg;
  expect_the_same_when_read(spec, "one metric");
}

SweepSpec unusual_spec() {
  SweepSpec spec;
  spec.space = *Space::make(
      {{.path = {"opt"}, .domain = Categorical{{"sgd", 1, 1.0, nullptr, true}, {1, 2, 3, 4, 0.1}}, .grid = true},
       {.path = {"nested", "lr"},
        .domain = Float{.law = Law::normal, .a = 0.1, .b = 2, .range = Interval{-1, 1.5}},
        .conditions = {{"opt", {"sgd", nullptr}}}},
       {.path = {"one"}, .domain = Integer{.low = 3, .high = 3}},
       {.path = {"width"}, .domain = Integer{.low = 1, .high = 64, .step = 1, .log = true, .floor = true}},
       {.path = {"q"}, .domain = Float{.law = Law::log_uniform, .a = 1, .b = 100, .q = 2, .integral = true}},
       {.path = {"s"}, .domain = Float{.a = 0, .b = 1, .step = 0.1}},
       {.path = {"c"}, .domain = Constant{{1, "two"}}},
       {.path = {"f"}, .domain = Computed{"twice"}}},
      {{.type = LinearConstraint::Type::greater_than, .threshold = 0.3, .terms = {{"s", 2}, {"width", -0.5}}}});
  spec.metrics = {{.name = "a", .goal = Goal::maximize, .target = 1e-300, .threshold = 3, .impute = Impute::best},
                  {.name = "b", .goal = Goal::minimize, .target = {}, .impute_while_running = Impute::latest}};
  spec.other_metrics = {{"time", OtherMetric::Strategy::constraint, Goal::minimize, 60}};
  spec.scope = Scope::last_10_avg;
  spec.stopped_are_eligible = true;
  spec.seed = ~std::uint64_t{0};
  spec.scheduler = {.type = "asha", .resource = "reports", .metric = "b", .options = {{"max_t", 9}}};
  spec.trainer.ranks = 2;
  spec.process.env = {{"A", "1"}, {"B", ""}};
  spec.slots = 3;
  spec.isolation = Isolation::process;
  spec.attempts_per_worker = 20;
  spec.start_with = {Assignment({{"opt", "sgd"}, {"nested.lr", 0.5}})};
  return spec;
}

TEST(SpecRecord, KeepsWhatNoSweepFileCanSay) {
  expect_the_same_when_recorded(unusual_spec(), "unusual");
  expect_the_same_when_recorded(SweepSpec{}, "nothing");
}

TEST(SpecRecord, OfALaterWinnowMayHaveMoreFieldsAndOfAnEarlierOneLess) {
  OrderedJson record = spec_record(unusual_spec());
  record["new"] = 1;
  EXPECT_TRUE(*spec_of_record(record) == unusual_spec());
  record.erase("num_samples");
  EXPECT_TRUE(*spec_of_record(record) == unusual_spec());
}

TEST(SpecRecord, ThatIsNoneIsRefused) {
  for (const char* text : {R"(null)", R"([1])", R"("x")", R"({"metrics":3})", R"({"scope":"median"})",
                           R"({"parameters":[{"path":["x"],"domain":{"kind":"float"}}]})"}) {
    const OrderedJson record = OrderedJson::parse(text);
    const auto read = spec_of_record(record);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::corrupt) << text;
  }
}

TEST(SpecRecord, TheJudgedMetricIsTheNamedOneElseTheFirst) {
  SweepSpec spec = unusual_spec();
  EXPECT_EQ(objective_of(spec)->name, "b");
  EXPECT_EQ(objective_of(spec)->goal, Goal::minimize) << "what a sampler is to optimise";
  spec.scheduler.metric.reset();
  EXPECT_EQ(objective_of(spec)->name, "a");
  EXPECT_EQ(objective_of(SweepSpec{}), nullptr);
}

TEST(RecordedDomain, IsReadInOurFormatAndAsWandbSpellsIt) {
  const SweepSpec spec = unusual_spec();
  for (const Parameter& parameter : spec.space.parameters()) {
    const auto read = recorded_domain(domain_json(parameter.domain).dump());
    ASSERT_TRUE(read) << parameter.name() << ": " << read.error().message;
    EXPECT_EQ(*read, parameter.domain) << parameter.name();
  }
  const auto old = recorded_domain(R"({"distribution":"int_uniform","min":1,"max":8,"log":true})");
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(*old, Domain(Integer{.low = 1, .high = 8, .step = 1, .log = true}));
  EXPECT_TRUE(same_domain(*recorded_domain(R"({"value":3})"), Integer{3, 3}));
  EXPECT_FALSE(recorded_domain("{}"));
  EXPECT_FALSE(recorded_domain(R"({"kind":"float","law":"cauchy","a":0,"b":1,"integral":false})"));
}

}  // namespace
}  // namespace winnow::print_test

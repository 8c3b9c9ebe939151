#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>
#include <winnow/base/duration_text.hpp>
#include <winnow/spec/read/parts.hpp>
#include <winnow/spec/spec.hpp>

#include "../temp_dir.hpp"

namespace winnow::spec_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kData = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests" / "data";

SweepSpec spec(std::string_view text) {
  auto parsed = parse_spec(text, "sweep.yaml");
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? parsed->spec : SweepSpec();
}

/// With one parameter, `x` in [0, 1].
SweepSpec with(const std::string& keys) {
  return spec("parameters: {x: {min: 0.0, max: 1}}\n" + keys);
}

std::string refusal(const std::string& keys) {
  const auto parsed = parse_spec("parameters: {x: {min: 0.0, max: 1}}\n" + keys, "sweep.yaml");
  return parsed ? "accepted" : parsed.error().message;
}

ParsedSpec good_file(const std::string& name) {
  auto parsed = load_spec((kData / "sweeps" / name).string());
  EXPECT_TRUE(parsed) << parsed.error().message;
  return parsed ? *parsed : ParsedSpec();
}

// --- malformed files, each with its message in expected.tsv

struct Malformed {
  std::string file, message;
};

std::vector<Malformed> malformed_files() {
  std::ifstream table(kData / "malformed" / "expected.tsv");
  std::vector<Malformed> rows;
  for (std::string line; std::getline(table, line);) {
    const auto tab = line.find('\t');
    rows.push_back({line.substr(0, tab), line.substr(tab + 1)});
  }
  return rows;
}

class MalformedSweepFile : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedSweepFile, GetsOneClearMessage) {
  std::ifstream stream(kData / "malformed" / GetParam().file, std::ios::binary);
  ASSERT_TRUE(stream.is_open());
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  const auto parsed = parse_spec(text, GetParam().file);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message, GetParam().message);
  EXPECT_EQ(parsed.error().code, errc::invalid_input);
}

std::string test_name(const testing::TestParamInfo<Malformed>& instance) {
  std::string name = instance.param.file;
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Each, MalformedSweepFile, testing::ValuesIn(malformed_files()), test_name);

TEST(MalformedSweepFiles, AllHaveAnExpectedMessage) {
  const auto rows = malformed_files();
  for (const auto& entry : std::filesystem::directory_iterator(kData / "malformed")) {
    const std::string name = entry.path().filename().string();
    if (name == "expected.tsv") continue;
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const Malformed& row) { return row.file == name; })) << name;
  }
}

// --- good files

TEST(GoodSweepFile, EveryOneParses) {
  for (const auto& entry : std::filesystem::directory_iterator(kData / "sweeps")) {
    const auto parsed = load_spec(entry.path().string());
    EXPECT_TRUE(parsed) << parsed.error().message;
  }
}

TEST(GoodSweepFile, WithEveryKeyIsReadInFull) {
  const ParsedSpec parsed = good_file("winnow_full.yaml");
  EXPECT_THAT(parsed.warnings, IsEmpty());
  SweepSpec expected;
  expected.name = "digits";
  expected.seed = 7;
  expected.metrics = {{"eval/accuracy", Goal::maximize, 0.995}};
  expected.scope = Scope::last_5_avg;
  expected.space = parsed.spec.space;
  expected.scheduler.type = "asha";
  expected.scheduler.options = {{"max_t", 27}, {"grace_period", 1}, {"reduction_factor", 3}};
  expected.trainer = {.type = "classifier", .module = "", .options = {{"data", "digits.h5"}, {"batch", 64}}};
  expected.run_cap = 64;
  expected.cpus = 2;
  expected.gpus = 0;
  expected.budget_wall = 5400;
  expected.budget_resource = 1e5;
  expected.trial = {.time_limit = 3600,
                    .report_timeout = 600,
                    .grace = 10,
                    .retries_lost = 2,
                    .retries_error = 1,
                    .on_nan = OnNan::fail};
  expected.failures_max = 10;
  expected.checkpoints_best = 2;
  expected.durability = Durability::relaxed;
  std::vector<Assignment::Entry> first = {{"learning_rate", 0.01}, {"hidden", 32}};
  std::vector<Assignment::Entry> second = {{"optimizer", "sgd"}, {"momentum", 0.9}};
  expected.start_with = {Assignment(std::move(first)), Assignment(std::move(second))};
  EXPECT_EQ(parsed.spec, expected);
  EXPECT_EQ(parsed.spec.space.parameters().size(), 5U);
}

TEST(GoodSweepFile, MinimalHasTheDefaults) {
  SweepSpec expected;
  const ParsedSpec parsed = good_file("minimal.yaml");
  expected.space = parsed.spec.space;
  EXPECT_EQ(parsed.spec, expected);
}

TEST(GoodSweepFile, InJsonDecodesItsStrings) {
  EXPECT_EQ(good_file("winnow.json").spec.name, "json 😀 / sweep");
}

TEST(GoodSweepFile, OddListsKeepTheirValues) {
  const SweepSpec read = good_file("wandb_odd_lists.yaml").spec;
  const auto values = [&](std::string_view name) {
    return Value(std::get<Categorical>(read.space.find(name)->domain).values).dump();
  };
  EXPECT_EQ(values("lr"), "[0.0001,0.0003,2.0]");
  EXPECT_EQ(values("weight_decay"), R"([0,-0.001,1e-05,"None","True",[1,2]])");
  EXPECT_EQ(read.space.find("data")->domain, Domain(Constant{"~/data/set"}));
  EXPECT_EQ(read.metrics.front().name, "Val Loss: best@1/epoch.0");
}

TEST(GoodSweepFile, OfLaunchKeepsItsStrangersAsWarnings) {
  const ParsedSpec parsed = good_file("wandb_launch.yaml");
  EXPECT_EQ(parsed.warnings.size(), 3U);
  EXPECT_EQ(parsed.spec.scheduler, SchedulerSpec());
  EXPECT_EQ(parsed.spec.seed, 42U);
}

TEST(GoodSweepFile, WithAnchorsSharesDefinitions) {
  const Space space = good_file("anchors.yaml").spec.space;
  EXPECT_EQ(space.find("decoder_lr")->domain, space.find("encoder_lr")->domain);
  EXPECT_EQ(std::get<Float>(space.find("head_lr")->domain).b, 0.1);
}

// --- devices

TEST(SpecDevices, AreWholeOrAPartOfOne) {
  for (const double gpus : {0.0, 0.25, 0.1, 1.0, 2.0, 8.0}) {
    EXPECT_EQ(with(fmt::format("resources: {{gpus: {}}}\n", gpus)).gpus, gpus);
  }
  EXPECT_EQ(
      refusal("resources: {gpus: 1.5}\n"),
      "sweep.yaml:2:19: resources.gpus: must be a whole number of devices, or a part of one such as 0.25, got 1.5");
  EXPECT_THAT(refusal("resources: {gpus: -1}\n"), HasSubstr("resources.gpus: must be "));
}

TEST(SpecDevices, AreNamedByNumbersAndUuids) {
  EXPECT_EQ(with("devices: [0, 2]\n").devices, (std::vector<std::string>{"0", "2"}));
  EXPECT_EQ(with("devices: [GPU-8932f937, \"1\", MIG-GPU-89/1/0]\n").devices,
            (std::vector<std::string>{"GPU-8932f937", "1", "MIG-GPU-89/1/0"}));
  EXPECT_EQ(with("").devices, std::nullopt);
  for (const std::string devices : {"0", "[]", "[-1]", "[0.5]", "[[0]]", "[\"0,1\"]", "[\"\"]", "[true]"}) {
    EXPECT_THAT(refusal("devices: " + devices + "\n"), HasSubstr("devices: must be a list of numbers or UUIDs"))
        << devices;
  }
}

// --- what trials are worth

TEST(SpecScope, IsBestForAWandbFile) {
  const SweepSpec wandb = with("method: random\nprogram: train.py\n");
  EXPECT_EQ(wandb.scope, Scope::best);
  EXPECT_TRUE(wandb.stopped_are_eligible);
}

TEST(SpecScope, StaysThatOfAWandbFileWithAKeyOfOurs) {
  for (const std::string key : {"slots: 2", "resources: {cpus: 2}", "trial: {grace: 1s}", "budget: {wall: 1h}",
                                "durability: full", "scheduler: {type: fifo}"}) {
    const SweepSpec wandb = with("method: random\nprogram: train.py\n" + key + "\n");
    EXPECT_EQ(wandb.scope, Scope::best) << key;
    EXPECT_TRUE(wandb.stopped_are_eligible) << key;
    EXPECT_TRUE(wandb.process.wandb) << key;
  }
  EXPECT_EQ(with("program: train.py\n").scope, Scope::last) << "W&B needs a method";
  EXPECT_EQ(with("method: random\ntrainer: {type: landscape}\n").scope, Scope::last);
}

TEST(SpecScope, OfATextFromBeforeSchema3IsAsItWas) {
  const std::string text =
      "method: grid\nprogram: train.py\nslots: 2\nparameters: {x: {values: [1, 1]}, y: {distribution: q_uniform, min: "
      "0, "
      "max: 1, q: 0.1}}\n";
  const auto old = parse_spec(text, "sweep.yaml", Reading::schema_2);
  ASSERT_TRUE(old) << old.error().message;
  EXPECT_EQ(old->spec.scope, Scope::last);
  EXPECT_FALSE(old->spec.process.wandb);
  EXPECT_EQ(std::get<Categorical>(old->spec.space.find("x")->domain).values.size(), 2U);
  EXPECT_FALSE(std::get<Float>(old->spec.space.find("y")->domain).decimal);
}

TEST(SpecScope, SaysWhichRuleHoldsAndWhy) {
  const auto because = [](const std::string& keys) {
    return parse_spec("parameters: {x: {value: 1}}\n" + keys, "s.yaml")->best_because;
  };
  EXPECT_EQ(because("method: random\nprogram: t.py\nslots: 2\n"),
            "as in W&B, whose keys method, parameters and program the file has");
  EXPECT_EQ(because("trainer: {type: landscape}\n"), "the default");
  EXPECT_EQ(because("metric: {name: a, scope: avg, eligible: all}\n"), "metric.scope, metric.eligible");
  EXPECT_EQ(because("metric: {name: a, scope: avg}\n"), "metric.scope; else the default");
}

TEST(SpecStandIn, IsThereForEveryProgramUnlessTheFileSaysNo) {
  EXPECT_TRUE(with("command: [./train]\n").process.wandb);
  EXPECT_TRUE(with("command: [./train]\nslots: 2\nscheduler: {type: fifo}\n").process.wandb);
  EXPECT_FALSE(with("command: [./train]\nprocess: {wandb: false}\n").process.wandb);
  EXPECT_FALSE(with("trainer: {type: landscape}\n").process.wandb);
}

// --- grids

TEST(SpecGrid, TriesEachPointOnceAsWandbDoes) {
  const auto parsed = parse_spec(
      "method: grid\nparameters:\n  x: {values: [1, 1.0, 1]}\n  y: {values: [true, True, 1]}\n  z: {values: [a, b]}\n",
      "s.yaml");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ(std::get<Categorical>(parsed->spec.space.find("x")->domain).values, std::vector<Value>{1});
  EXPECT_EQ(std::get<Categorical>(parsed->spec.space.find("y")->domain).values, (std::vector<Value>{true, 1}));
  EXPECT_EQ(parsed->warnings,
            (std::vector<std::string>{
                "s.yaml:3:6: parameters.x: 2 of the 3 values repeat another and are dropped: method: grid tries each "
                "point once (num_samples: 2 tries all twice, as they are listed)",
                "s.yaml:4:6: parameters.y: 1 of the 3 values repeats another and is dropped: method: grid tries each "
                "point once (num_samples: 2 tries all twice, as they are listed)"}));
}

TEST(SpecGrid, KeepsRepeatsWhereTheyAreAskedFor) {
  const auto values = [](const std::string& keys) {
    const auto parsed = parse_spec("parameters: {x: {values: [1, 1]}}\n" + keys, "s.yaml");
    return std::get<Categorical>(parsed->spec.space.find("x")->domain).values.size();
  };
  EXPECT_EQ(values("method: grid\nnum_samples: 1\n"), 2U);
  EXPECT_EQ(values("method: random\n"), 2U);
}

TEST(SpecScope, OfTheMetricOverrides) {
  const SweepSpec wandb = with("method: random\nprogram: train.py\nmetric: {name: a, scope: avg}\n");
  EXPECT_EQ(wandb.scope, Scope::avg);
  EXPECT_TRUE(wandb.stopped_are_eligible);
}

// --- schedulers and metrics

TEST(SpecScheduler, KeepsItsOwnOptionsApart) {
  const SweepSpec read = good_file("two_metrics.yaml").spec;
  EXPECT_EQ(read.scheduler.metric, "accuracy");
  EXPECT_EQ(read.scheduler.resource, "reports");
  EXPECT_EQ(read.scheduler.options, Value({{"max_t", 9}}));
  EXPECT_EQ(read.metrics[1], (MetricSpec{"latency", Goal::minimize, {}}));
}

TEST(SpecScheduler, FifoNeedsNoMetric) {
  EXPECT_EQ(with("scheduler: {type: fifo}\nmetrics: [{name: a}, {name: b}]\n").scheduler.type, "fifo");
  EXPECT_EQ(with("scheduler: {type: fifo}\n").metrics.size(), 0U);
}

TEST(SpecMetric, SaysThatImputeIsIgnored) {
  const auto parsed = parse_spec("parameters: {x: {value: 1}}\nmetric: {name: a, impute: worst}\n", "s.yaml");
  EXPECT_THAT(parsed->warnings, ElementsAre("s.yaml:2:27: metric.impute: is ignored: only method bayes reads it"));
}

// --- programs

TEST(SpecCommand, IsAListOfWords) {
  const SweepSpec read = good_file("wandb_command.yaml").spec;
  EXPECT_EQ(read.program, "train.py");
  EXPECT_THAT(read.command, ElementsAre("${env}", "python3", "-u", "${program}", "--data=${envvar:DATA}/x",
                                        "${args_no_boolean_flags}", "--epochs", "10"));
}

TEST(SpecCommand, MayBeOneText) {
  EXPECT_THAT(good_file("command_text.yaml").spec.command,
              ElementsAre("python", "train.py", "--note", "two words", "${args}"));
}

TEST(SplitWords, KeepsQuotedWordsTogether) {
  using spec_reader::split_words;
  EXPECT_THAT(*split_words(R"(a  "b c"'d e'f  \"g  'h\')"), ElementsAre("a", "b cd ef", "\"g", "h\\"));
  EXPECT_THAT(*split_words(R"("a \"b\"" '')"), ElementsAre("a \"b\"", ""));
  EXPECT_THAT(*split_words("  "), IsEmpty());
  EXPECT_FALSE(split_words("a 'b"));
}

// --- times

TEST(Sizes, AreReadWithTheirUnits) {
  using spec_reader::parse_size;
  EXPECT_EQ(parse_size("4096"), 4096);
  EXPECT_EQ(parse_size("100MB"), 100 << 20);
  EXPECT_EQ(parse_size("1.5 GiB"), 3 << 29);
  EXPECT_EQ(parse_size("10k"), 10240);
  for (const char* text : {"", "MB", "10XB", "-5MB", "1e999", "1M B1"}) EXPECT_FALSE(parse_size(text)) << text;
}

TEST(ParseDuration, TakesUnitsFromLongToShort) {
  EXPECT_EQ(parse_duration("2h"), 7200);
  EXPECT_EQ(parse_duration("10m"), 600);
  EXPECT_EQ(parse_duration("30s"), 30);
  EXPECT_EQ(parse_duration("1h30m"), 5400);
  EXPECT_EQ(parse_duration("1d2h3m4.5s"), 93784.5);
  EXPECT_EQ(parse_duration("1.5h"), 5400);
  EXPECT_EQ(parse_duration("90"), 90);
  for (const std::string_view text : {"", "h", "1m1h", "1h1h", "2 h", "-1h", "1x", "1h30", "inf", "1e3s"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(SpecTrial, TakesPlainSecondsAndNoGrace) {
  const SweepSpec read = with("trial: {time_limit: 90, grace: 0}\n");
  EXPECT_EQ(read.trial.time_limit, 90);
  EXPECT_EQ(read.trial.grace, 0);
  EXPECT_EQ(refusal("trial: {time_limit: 0s}\n"),
            "sweep.yaml:2:21: trial.time_limit: must be a time such as 2h, 10m, 30s, 1h30m or a number of seconds "
            "greater than 0, got \"0s\"");
}

// --- the rest

TEST(SpecKeys, ThatAreNullCountAsAbsent) {
  EXPECT_EQ(with("run_cap: ~\nmetric:\nscheduler:\nearly_terminate: null\nname:\n").run_cap, std::nullopt);
}

TEST(SpecSeed, TakesAllOf64Bits) {
  EXPECT_EQ(with("seed: 18446744073709551615\n").seed, 18446744073709551615U);
  EXPECT_EQ(with("seed: 0\n").seed, 0U);
}

TEST(SpecStartWith, TakesNestedPointsAndOrdersThemAsTheSpace) {
  const SweepSpec read = spec(
      "parameters:\n  o: {parameters: {a: {min: 0, max: 9}, b: {min: 0, max: 9}}}\n  c.d: {min: 0, max: 9}\n"
      "start_with: [{c.d: 3, o: {b: 2}, o.a: 1}, {}]\n");
  ASSERT_EQ(read.start_with.size(), 2U);
  EXPECT_EQ(read.start_with[0].to_json().dump(), R"({"o.a":1,"o.b":2,"c.d":3})");
  EXPECT_TRUE(read.start_with[1].empty());
}

TEST(SpecStartWith, RefusesAPointGivenTwice) {
  EXPECT_EQ(refusal("start_with: [{x: 1, x: 2}]\n"), "sweep.yaml:2:21: duplicate key 'x'; it stands in line 2 already");
}

TEST(SpecNumbers, RealOnesMayBeLong) {
  const Space space =
      spec("parameters: {a: {value: 99999999999999999999.0}, b: {value: !!float 1}, c: {min: 0.5, max: 1e30}}").space;
  EXPECT_EQ(space.find("a")->domain, Domain(Constant{1e20}));
  EXPECT_EQ(space.find("b")->domain, Domain(Constant{1.0}));
  EXPECT_EQ(std::get<Float>(space.find("c")->domain).b, 1e30);
}

TEST(SpecGrid, WithinRandomIsAMark) {
  EXPECT_TRUE(spec("method: random\nparameters:\n  a: {values: [1, 2], grid: true}\n  b: {min: 0.0, max: 1}\n")
                  .space.find("a")
                  ->grid);
}

TEST(LoadSpec, SaysWhyAFileCannotBeRead) {
  EXPECT_EQ(load_spec("no/such/sweep.yaml").error().message,
            "no/such/sweep.yaml: cannot be read: No such file or directory");
  EXPECT_EQ(load_spec(kData.string()).error().message, kData.string() + ": cannot be read: it is a directory");
  const std::string below = (kData / "sweeps/minimal.yaml/s.yaml").string();
  EXPECT_EQ(load_spec(below).error().message, below + ": cannot be read: Not a directory");
}

TEST(LoadSpec, SaysThatAFileMayNotBeRead) {
  const test::TempDir folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  const std::string path = folder / "sweep.yaml";
  std::ofstream(path) << "parameters: {}\n";
  ::chmod(path.c_str(), 0);
  const auto user = ::geteuid();
  ASSERT_EQ(::seteuid(user == 0 ? 65534 : user), 0);  // root may read everything
  const auto read = load_spec(path);
  ASSERT_EQ(::seteuid(user), 0);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, path + ": cannot be read: Permission denied");
}

TEST(LoadSpec, EndsWhereATextHasNoEnd) {
  EXPECT_EQ(load_spec("/dev/zero").error().message,
            "/dev/zero: is larger than 16 MiB, the most that a sweep file may have");
}

TEST(LoadSpec, ReadsAPipeToItsEnd) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  std::thread writer([&] {
    const std::string text = "name: piped\nparameters: {x: {value: 1}}\n" + std::string(1 << 20, '#') + "\n";
    EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
  });
  const auto read = load_spec("/dev/fd/" + std::to_string(ends[0]));
  writer.join();
  ::close(ends[0]);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->spec.name, "piped");
}

}  // namespace
}  // namespace winnow::spec_test

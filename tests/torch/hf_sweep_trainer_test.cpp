/// The trainer `hf` of a sweep file: options, data, the errors of each, and its trials.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <winnow/base/hdf5/hdf5.hpp>
#include <winnow/trainers/torch/hf_trainer.hpp>
#include <winnow/trainers/torch/read_rows.hpp>

#include "../temp_dir.hpp"

namespace winnow::hf_sweep_trainer_test {
namespace {

namespace fs = std::filesystem;
using test::TempDir;
using testing::HasSubstr;
using testing::StartsWith;

const fs::path kSource = WINNOW_SOURCE_DIR;
const std::string kEncoder = (kSource / "examples/hf_sweep/encoder.pt").string();
const std::string kTokens = (kSource / "examples/hf_sweep/tokens.h5").string();

fs::path write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

/// Datasets of doubles, or of bytes; "a/b" makes the group a.
struct Dataset {
  std::string name;
  std::vector<hsize_t> shape;
  std::vector<double> cells;
  bool is_whole = false;
};
fs::path write_hdf5(const fs::path& path, const std::vector<Dataset>& datasets) {
  const hdf5::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, "make a file");
  const hdf5::Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, "make properties");
  hdf5::check(H5Pset_create_intermediate_group(links, 1), "make properties");
  for (const Dataset& one : datasets) {
    const hdf5::Handle space(H5Screate_simple(static_cast<int>(one.shape.size()), one.shape.data(), nullptr), H5Sclose,
                             "make a space");
    const hid_t type = one.is_whole ? H5T_STD_U8LE : H5T_IEEE_F64LE;
    const hdf5::Handle set(H5Dcreate2(file, one.name.c_str(), type, space, links, H5P_DEFAULT, H5P_DEFAULT), H5Dclose,
                           "make a dataset");
    hdf5::check(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, one.cells.data()), "write");
  }
  return path;
}

/// `return x @ w + b`, of `in` features and `out` numbers. Its argument is x, or what is said of it.
fs::path write_linear(const fs::path& path, std::int64_t in, std::int64_t out, const std::string& x = "x") {
  torch::jit::Module module("Linear");
  module.register_parameter("w", torch::zeros({in, out}).requires_grad_(), false);
  module.register_parameter("b", torch::zeros({out}).requires_grad_(), false);
  module.define("def forward(self, x):\n  return torch.matmul(" + x + ", self.w) + self.b\n");
  module.save(path.string());
  return path;
}

std::string error_of(const Value& options, const fs::path& base = "/") {
  const auto made = make_hf_trainer("hf", options, base);
  if (made) return "no error";
  EXPECT_EQ(made.error().code, errc::invalid_input);
  return made.error().message;
}

/// Sequences of 4 to 9 tokens; the label is the first.
fs::path write_sequences(const fs::path& path) {
  std::string rows;
  for (int i = 0; i < 60; ++i) {
    Value ids = Value::array();
    for (int j = 0; j < 4 + i % 6; ++j) ids.push_back((i + 5 * j) % 10);
    rows += Value{{"input_ids", ids}, {"labels", i % 10}}.dump() + "\n";
  }
  return write(path, rows);
}

Value encoder_options(const std::string& data = kTokens) {
  return {{"model", kEncoder},     {"data", data},
          {"num_train_epochs", 2}, {"per_device_train_batch_size", 16},
          {"learning_rate", 1e-2}, {"evaluation_strategy", "epoch"},
          {"device", "cpu"}};
}

class HfSweepTrainer : public testing::Test {
protected:
  TempDir temp_;
  const Value options_ = encoder_options(write_sequences(temp_.path() / "rows.jsonl").string());
};

Value with(Value options, const Value& more) {
  options.update(more);
  return options;
}

std::unique_ptr<TrainableFactory> trainer_of(const Value& options, const fs::path& base = "/") {
  auto made = make_hf_trainer("hf", options, base);
  if (!made) throw std::runtime_error(made.error().message);
  return std::move(*made);
}

Assignment assignment(const Value& values) {
  Assignment params;
  for (const auto& [name, value] : values.items()) params.set(name, value);
  return params;
}

std::unique_ptr<Trainable> trial_of(TrainableFactory& factory, const Value& params = Value::object()) {
  TrialContext context;
  context.params = assignment(params);
  auto made = factory.make(context);
  if (!made) throw std::runtime_error(made.error().message);
  return std::move(*made);
}

std::vector<StepReport> reports_of(Trainable& trial) {
  std::vector<StepReport> reports;
  for (;;) {
    auto progress = trial.advance();
    if (!progress) throw std::runtime_error(progress.error().message);
    if (std::holds_alternative<Finished>(*progress)) return reports;
    reports.push_back(std::get<StepReport>(*progress));
  }
}

std::string bytes_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

// --- trials

TEST_F(HfSweepTrainer, ReportsEachEpochUnderHuggingFacesNames) {
  const auto factory = trainer_of(options_);
  EXPECT_EQ(factory->placement(), Placement::own_thread);
  const auto reports = reports_of(*trial_of(*factory));
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].step, 1);
  EXPECT_EQ(reports[1].step, 2);
  std::vector<std::string> names;
  for (const auto& [name, value] : reports[1].metrics) names.push_back(name);
  EXPECT_THAT(names, testing::ElementsAre("objective", "eval_loss", "eval_accuracy"));
  EXPECT_EQ(*find_metric(reports[1].metrics, "objective"), *find_metric(reports[1].metrics, "eval_accuracy"));
  EXPECT_LT(*find_metric(reports[1].metrics, "eval_loss"), *find_metric(reports[0].metrics, "eval_loss"));
}

TEST_F(HfSweepTrainer, ReportsOnceAtTheEndWithoutAnEvaluationStrategy) {
  Value options = options_;
  options.erase("evaluation_strategy");
  const auto factory = trainer_of(options);
  const auto reports = reports_of(*trial_of(*factory));
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].step, 8);
}

TEST_F(HfSweepTrainer, EachTrialBeginsWithTheFilesWeightsAndItsOwnArguments) {
  Value options = options_;
  options.erase("learning_rate");
  const auto factory = trainer_of(options);
  const auto slow = reports_of(*trial_of(*factory, {{"learning_rate", 1e-6}}));
  const auto fast = reports_of(*trial_of(*factory, {{"learning_rate", "0.01"}}));  // a text, as HF casts it
  const auto again = reports_of(*trial_of(*factory, {{"learning_rate", 1e-6}}));
  EXPECT_EQ(slow[1].metrics, again[1].metrics);
  EXPECT_NE(slow[1].metrics, fast[1].metrics);
}

TEST_F(HfSweepTrainer, GoesOnBitForBit) {
  const auto factory = trainer_of(with(options_, {{"evaluation_strategy", "steps"}, {"eval_steps", 1}}));
  const auto whole = trial_of(*factory);
  std::vector<StepReport> reports;
  for (int i = 0; i < 5; ++i) {
    reports.push_back(std::get<StepReport>(*whole->advance()));
    ASSERT_TRUE(whole->save(temp_.path() / ("state" + std::to_string(i))));
  }
  for (std::size_t i = 0; i + 1 < reports.size(); ++i) {
    const auto rest = trial_of(*factory);
    ASSERT_TRUE(rest->restore(temp_.path() / ("state" + std::to_string(i))));
    const auto next = std::get<StepReport>(*rest->advance());
    EXPECT_EQ(next.step, reports[i + 1].step);
    EXPECT_EQ(next.metrics, reports[i + 1].metrics);
  }
}

TEST_F(HfSweepTrainer, TheDigitsOfTheClassifierAreFeaturesAndLabels) {
  const Value options{{"model", write_linear(temp_.path() / "linear.pt", 64, 10).string()},
                      {"data", (kSource / "examples/digits/digits.h5").string()},
                      {"learning_rate", 0.03},
                      {"num_train_epochs", 3}};
  const auto reports = reports_of(*trial_of(*trainer_of(options)));
  EXPECT_GT(*find_metric(reports.at(0).metrics, "eval_accuracy"), 0.9);
}

TEST_F(HfSweepTrainer, LabelsThatArentWholeAreNumbersToHit) {
  write_linear(temp_.path() / "linear.pt", 2, 1);
  std::string rows;
  for (int i = 0; i < 40; ++i) {
    const double x = i / 20.0 - 1;
    rows += Value{{"x", {x, 1.0}}, {"label", 2 * x + 3.5}}.dump() + "\n";
  }
  write(temp_.path() / "rows.jsonl", rows);
  const Value options{{"model", "linear.pt"}, {"data", "rows.jsonl"}, {"learning_rate", 0.1}, {"num_train_epochs", 60}};
  const auto reports = reports_of(*trial_of(*trainer_of(options, temp_.path())));
  EXPECT_LT(*find_metric(reports.at(0).metrics, "eval_mse"), 0.01);
  EXPECT_EQ(*find_metric(reports.at(0).metrics, "objective"), *find_metric(reports.at(0).metrics, "eval_mse"));
}

TEST_F(HfSweepTrainer, ParametersAreTrainingArguments) {
  const auto factory = trainer_of(options_);
  const auto error = [&](const Value& params) {
    TrialContext context;
    context.params = assignment(params);
    const auto made = factory->make(context);
    const auto checked = factory->check(context.params);  // before a sweep it says the same
    EXPECT_EQ(checked ? "no error" : checked.error().message, made ? "no error" : made.error().message);
    return made ? "no error" : made.error().message;
  };
  EXPECT_EQ(error({{"weight_decay", 0.1}}), "no error");
  EXPECT_THAT(
      error({{"wieght_decay", 0.1}}),
      StartsWith("parameters.wieght_decay: is no training argument, and a TorchScript model can't look at others; did "
                 "you mean weight_decay?"));
  EXPECT_THAT(error({{"hidden", 3}}), HasSubstr("a TorchScript model can't look at others"));
  EXPECT_EQ(error({{"fp16", true}}), "parameters.fp16: this trainer has no such argument; Hugging Face's has");
  EXPECT_THAT(error({{"lr", 0.1}}), HasSubstr("did you mean learning_rate?"));
  EXPECT_EQ(error({{"learning_rate", 0.1}}),
            "parameters.learning_rate: trainer.learning_rate fixes it already; take one of the two out");
  EXPECT_THAT(error({{"warmup_ratio", 7}}), StartsWith("parameters.warmup_ratio: must be"));
  EXPECT_THAT(error({{"optim", "adam"}}), StartsWith("parameters.optim: must be one of"));
}

// --- options

struct Wrong {
  std::string name;
  Value value;
  std::string what;
};

TEST(HfSweepOptions, WrongOnesAreSaidByTheirKey) {
  const std::vector<Wrong> all{
      Wrong{"model", 3, "model: must be the name of a file, got 3"},
      Wrong{"model", "/nowhere.pt", "model: /nowhere.pt: no such file; it is one of torch.jit.save"},
      Wrong{"model", kTokens, "model: " + kTokens + ": no TorchScript model (torch.jit.save)"},
      Wrong{"data", "/nowhere.h5", "data: /nowhere.h5: no such file"},
      Wrong{"data", "/", "data: /: not a file"},
      Wrong{"data", kEncoder, "data: " + kEncoder + ": not an HDF5 file; HDF5, or JSON lines"},
      Wrong{"train", "t.h5", "data: is there beside train or eval"},
      Wrong{"test_fraction", 1, "test_fraction: must be a number greater than 0 and less than 1, got 1"},
      Wrong{"pad_token_id", -1, "pad_token_id: must be an integer of at least 0"},
      Wrong{"device", "gpu", "device: must be cpu, auto, cuda or cuda:N"},
      Wrong{"modle", "m.pt", "modle: is neither an option of the trainer hf (model, data, train, eval"},
      Wrong{"epochs", 3, "epochs: is neither"},
      Wrong{"fp16", true, "fp16: this trainer has no such argument"},
      Wrong{"num_train_epochs", "many", "num_train_epochs: must be a number"},
      Wrong{"evaluation_strategy", "epochs", "evaluation_strategy: must be one of no, steps, epoch"},
      Wrong{"load_best_model_at_end", true, "load_best_model_at_end: evaluation_strategy and save_strategy"}};
  for (const auto& [name, value, what] : all) {
    EXPECT_THAT(error_of(with(encoder_options(), {{name, value}})), StartsWith("trainer." + what));
  }
}

TEST(HfSweepOptions, SuggestWhatWasMeant) {
  EXPECT_THAT(error_of(with(encoder_options(), {{"modle", "m.pt"}})), HasSubstr("did you mean model?"));
  EXPECT_THAT(error_of(with(encoder_options(), {{"epochs", 3}})), HasSubstr("did you mean num_train_epochs?"));
  EXPECT_THAT(error_of(with(encoder_options(), {{"weight_deacy", 3}})), HasSubstr("did you mean weight_decay?"));
}

TEST(HfSweepOptions, YamlsBareNoIsTheStrategyNo) {
  EXPECT_EQ(error_of(with(encoder_options(), {{"evaluation_strategy", false}})), "no error");
  EXPECT_THAT(error_of(with(encoder_options(), {{"evaluation_strategy", true}})),
              HasSubstr("must be one of no, steps"));
}

TEST(HfSweepOptions, WantAModelAndData) {
  EXPECT_THAT(error_of({{"data", kTokens}}), StartsWith("trainer.model: missing"));
  EXPECT_THAT(error_of({{"model", kEncoder}}), StartsWith("trainer.data: missing"));
  EXPECT_THAT(error_of({{"model", kEncoder}, {"train", kTokens}}), StartsWith("trainer.eval: missing"));
}

TEST(HfSweepModel, IsTriedOnTheDataBeforeTheFirstTrial) {
  const TempDir temp;
  const auto on = [&](const std::string& model, const std::string& rows) {
    write(temp.path() / "rows.jsonl", rows);
    return error_of({{"model", model}, {"train", "rows.jsonl"}, {"eval", "rows.jsonl"}}, temp.path());
  };
  write_linear(temp.path() / "linear.pt", 2, 3);
  EXPECT_EQ(on("linear.pt", R"({"x": [1.5, 2], "labels": 2})"), "no error");
  EXPECT_THAT(on("linear.pt", R"({"y": 1, "features": [1.5, 2]})"),
              testing::AllOf(HasSubstr("missing value for argument 'x'"), HasSubstr("columns: features, labels")));
  EXPECT_THAT(on("linear.pt", R"({"x": [1.5, 2]})"), HasSubstr("no loss to train on; the data need a column labels"));
  EXPECT_THAT(on("linear.pt", R"({"x": [1.5, 2], "labels": 1.5})"), HasSubstr("the model's logits are [1, 3]"));
  EXPECT_THAT(on("linear.pt", "{\"x\": [1.5, 2], \"labels\": 0}\n{\"x\": [1.5, 2], \"labels\": 3}"),
              HasSubstr("Target 3 is out of bounds"));
  EXPECT_THAT(on(kEncoder, "{\"input_ids\": [1, 2], \"labels\": 0}\n{\"input_ids\": [1, 17, 3], \"labels\": 0}"),
              HasSubstr("index out of range"));
}

TEST(HfSweepModel, ThatDrawsFromTheSharedGeneratorSaysSo) {
  const TempDir temp;
  write(temp.path() / "rows.jsonl", R"({"x": [1.5, 2], "labels": 2})");
  const auto shares_draws = [&](const std::string& x) {
    write_linear(temp.path() / "linear.pt", 2, 3, x);
    const Value options{{"model", "linear.pt"}, {"train", "rows.jsonl"}, {"eval", "rows.jsonl"}};
    return make_hf_trainer("hf", options, temp.path()).value()->shares_draws();
  };
  EXPECT_FALSE(shares_draws("x"));
  EXPECT_TRUE(shares_draws("torch.dropout(x, 0.5, True)"));
  EXPECT_FALSE(shares_draws("torch.dropout(x, 0.0, False)"));
}

// --- data

hf::RowSets sets_of(const hf::RowFiles& files) {
  auto sets = hf::read_rows(files);
  if (!sets) throw std::runtime_error(sets.error().message);
  return std::move(*sets);
}

hf::Batch all_of(const hf::ReadRows& read) {
  return read.rows->batch(torch::arange(read.rows->size()));
}

TEST(HfSweepRows, JsonLinesOfTokensArePaddedToTheLongestOfABatch) {
  const TempDir temp;
  const auto file = write(temp.path() / "rows.jsonl", R"({"text": "a b", "input_ids": [5, 6], "label": 1}
{"text": "a b c", "input_ids": [5, 6, 7], "label": 0}

{"text": "d", "input_ids": [8], "label": 1}
)");
  const auto sets = sets_of({.train = file, .eval = file, .pad_token_id = 9});
  const hf::Batch batch = all_of(sets.train);
  ASSERT_EQ(batch.size(), 3U);
  EXPECT_TRUE(batch.at("input_ids").equal(torch::tensor({{5, 6, 9}, {5, 6, 7}, {8, 9, 9}}, torch::kInt64)));
  EXPECT_TRUE(batch.at("attention_mask").equal(torch::tensor({{1, 1, 0}, {1, 1, 1}, {1, 0, 0}}, torch::kInt64)));
  EXPECT_TRUE(batch.at("labels").equal(torch::tensor({1, 0, 1}, torch::kInt64)));
  EXPECT_EQ(sets.train.rows->batch(torch::tensor({2})).at("input_ids").size(1), 1);
  EXPECT_THAT(sets.train.rows->lengths(), testing::ElementsAre(2, 3, 1));
}

TEST(HfSweepRows, AMaskOfTheFilesOwnStays) {
  const TempDir temp;
  const auto file = write(temp.path() / "rows.jsonl",
                          "{\"input_ids\": [5, 6], \"attention_mask\": [1, 0], \"token_type_ids\": [1, 1]}\n"
                          "{\"input_ids\": [5], \"attention_mask\": [1], \"token_type_ids\": [1]}\n");
  const hf::Batch batch = all_of(sets_of({.train = file, .eval = file}).eval);
  EXPECT_TRUE(batch.at("attention_mask").equal(torch::tensor({{1, 0}, {1, 0}}, torch::kInt64)));
  EXPECT_TRUE(batch.at("token_type_ids").equal(torch::tensor({{1, 1}, {1, 0}}, torch::kInt64)));
}

TEST(HfSweepRows, JsonColumnsAreWholeOrReal) {
  const TempDir temp;
  const auto file = write(temp.path() / "rows.jsonl", R"({"x": [[1, 2.5], [3, 4]], "n": [1, 2], "labels": true}
{"x": [[5, 6], [7, 8]], "n": [3, 4], "labels": false})");
  const hf::Batch batch = all_of(sets_of({.train = file, .eval = file}).train);
  EXPECT_TRUE(batch.at("x").equal(torch::tensor({1., 2.5, 3., 4., 5., 6., 7., 8.}, torch::kFloat32).view({2, 2, 2})));
  EXPECT_TRUE(batch.at("n").equal(torch::tensor({{1, 2}, {3, 4}}, torch::kInt64)));
  EXPECT_TRUE(batch.at("labels").equal(torch::tensor({1, 0}, torch::kInt64)));
}

TEST(HfSweepRows, Hdf5HoldsThePartsAsGroupsOrByTheirEndings) {
  const TempDir temp;
  for (const auto& [train, eval] : std::vector<std::pair<std::string, std::string>>{
           {"train/%", "eval/%"}, {"train/%", "test/%"}, {"%_train", "%_test"}, {"%_train", "%_eval"}}) {
    const auto named = [](std::string pattern, const std::string& name) {
      return pattern.replace(pattern.find('%'), 1, name);
    };
    const auto file =
        write_hdf5(temp.path() / "rows.h5", {{named(train, "input_ids"), {3, 2}, {1, 2, 3, 4, 5, 6}, true},
                                             {named(train, "y"), {3}, {0.5, 1, 2}},
                                             {named(eval, "input_ids"), {1, 2}, {7, 8}, true},
                                             {named(eval, "y"), {1}, {3}}});
    const auto sets = sets_of({.data = file});
    const hf::Batch batch = all_of(sets.train);
    ASSERT_EQ(batch.size(), 3U) << train;
    EXPECT_TRUE(batch.at("input_ids").equal(torch::tensor({{1, 2}, {3, 4}, {5, 6}}, torch::kInt64)));
    EXPECT_TRUE(batch.at("attention_mask").equal(torch::ones({3, 2}, torch::kInt64)));
    EXPECT_TRUE(batch.at("labels").equal(torch::tensor({0.5, 1., 2.}, torch::kFloat32)));
    EXPECT_EQ(sets.eval.rows->size(), 1);
  }
}

TEST(HfSweepRows, WhatIsntSplitIsSplitByClassAndAlwaysAlike) {
  const TempDir temp;
  std::vector<double> x(20);
  std::vector<double> labels(20);
  for (std::size_t i = 0; i < 20; ++i) x[i] = static_cast<double>(i), labels[i] = i < 10 ? 0 : 1;
  const auto file = write_hdf5(temp.path() / "rows.h5", {{"x", {20, 1}, x}, {"labels", {20}, labels, true}});
  const auto sets = sets_of({.data = file, .test_fraction = 0.3});
  EXPECT_EQ(sets.train.rows->size(), 14);
  EXPECT_EQ(all_of(sets.eval).at("labels").sum().item<std::int64_t>(), 3);
  EXPECT_TRUE(all_of(sets.eval).at("x").equal(all_of(sets_of({.data = file, .test_fraction = 0.3}).eval).at("x")));
  const auto both = torch::cat({all_of(sets.train).at("x"), all_of(sets.eval).at("x")}).flatten();
  EXPECT_TRUE(std::get<0>(both.sort()).equal(torch::arange(20).to(torch::kFloat32)));
}

TEST(HfSweepRows, WrongJsonLinesAreSaidByTheirLine) {
  const TempDir temp;
  const auto error = [&](const std::string& text) {
    const auto file = write(temp.path() / "rows.jsonl", text);
    const auto sets = hf::read_rows({.data = file});
    if (sets) return std::string("no error");
    EXPECT_EQ(sets.error().code, errc::invalid_input);
    const std::string start = "trainer.data: " + file.string();
    EXPECT_THAT(sets.error().message, StartsWith(start));
    return sets.error().message.substr(start.size());
  };
  EXPECT_THAT(error(""), StartsWith(": no rows"));
  EXPECT_THAT(error("{\"x\": 1}\n{\"x\": "), StartsWith(":2: no JSON: "));
  EXPECT_THAT(error("[1]"), StartsWith(":1: must be an object of columns, got [1]"));
  EXPECT_THAT(error("{\"x\": 1}\n{\"x\": \"a\"}"), StartsWith(":2: column x must be a number or an array of numbers"));
  EXPECT_THAT(error("{\"x\": 1}\n{\"y\": 1}"), StartsWith(":2: column y isn't in the first line"));
  EXPECT_THAT(error("{\"x\": 1, \"y\": 1}\n{\"x\": 1}"), StartsWith(":2: column y is missing"));
  EXPECT_THAT(error("{\"x\": [1, 2]}\n{\"x\": [1]}"), StartsWith(":2: column x has 1 numbers, in the first line 2"));
  EXPECT_THAT(error("{\"x\": [[1, 2], [3]]}"), StartsWith(":1: column x has arrays of different lengths"));
  EXPECT_THAT(error("{\"x\": 1e39}"), StartsWith(":1: column x holds 1e+39, which is too great"));
  EXPECT_THAT(error("{\"x\": 9007199254740993}"), HasSubstr("too great"));
  EXPECT_THAT(error("{\"input_ids\": [1.5]}"), StartsWith(":1: column input_ids must hold integers"));
  EXPECT_THAT(error("{\"input_ids\": []}\n{\"input_ids\": []}"), HasSubstr("0 numbers in row 0; at least one"));
  EXPECT_THAT(error("{\"input_ids\": [1], \"attention_mask\": [1, 1]}"),
              HasSubstr("column input_ids has 1 numbers in row 0"));
  EXPECT_THAT(error("{\"text\": \"a\"}"), StartsWith(": no column of numbers (there are: text)"));
  EXPECT_THAT(error("{\"x\": 1, \"label\": \"good\"}"), StartsWith(": column label must hold numbers"));
  EXPECT_THAT(error("{\"x\": 1, \"label\": 0}"), StartsWith(": no rows to evaluate on"));
}

TEST(HfSweepRows, WrongHdf5IsSaidByItsDataset) {
  const TempDir temp;
  const auto error = [&](const std::vector<Dataset>& datasets) {
    const auto file = write_hdf5(temp.path() / "rows.h5", datasets);
    const auto sets = hf::read_rows({.data = file});
    if (sets) return std::string("no error");
    EXPECT_EQ(sets.error().code, errc::invalid_input);
    const std::string start = "trainer.data: " + file.string() + ": ";
    EXPECT_THAT(sets.error().message, StartsWith(start));
    return sets.error().message.substr(start.size());
  };
  EXPECT_THAT(error({}), StartsWith("no columns"));
  EXPECT_THAT(error({{"train/x", {1}, {1}}}), StartsWith("no group eval beside train"));
  EXPECT_THAT(error({{"x_train", {1}, {1}}}), StartsWith("no columns"));
  EXPECT_THAT(error({{"train/x", {1}, {1}}, {"eval/z", {1}, {1}}}),
              HasSubstr("trained on are x, of what is evaluated z; they must be the same"));
  EXPECT_THAT(error({{"x", {2}, {1, 2}}, {"labels", {1}, {1}}}), StartsWith("column x has 2 rows, others have 1"));
  EXPECT_THAT(error({{"x", {2, 1}, {1, std::nan("")}}}), StartsWith("x holds NaN in row 1; all must be finite"));
  EXPECT_THAT(error({{"train/x", {0}, {}}, {"eval/x", {1}, {1}}}), StartsWith("train: x is empty"));
  EXPECT_THAT(error({{"x", {}, {1}}}), StartsWith("x is a single value"));
  const auto file = write(temp.path() / "cut.h5", bytes_of(kTokens).substr(0, 4000));
  EXPECT_THAT(hf::read_rows({.data = file}).error().message, HasSubstr("can't be opened as HDF5; it may be damaged"));
}

}  // namespace
}  // namespace winnow::hf_sweep_trainer_test

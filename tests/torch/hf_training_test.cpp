/// What Hugging Face's Trainer trained, log line by log line (tests/data/hf/make_training.py says how it was asked).
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <winnow/trainers/torch/trainer.hpp>

namespace winnow::hf_training_test {
namespace {

const std::filesystem::path kData = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/hf";

std::shared_ptr<const hf::Rows> rows_of(const Value& rows) {
  return hf::token_rows(rows[0].get<std::vector<std::vector<std::int64_t>>>(),
                        torch::tensor(rows[1].get<std::vector<std::int64_t>>()))
      .value();
}

hf::Trainer trainer_of(const Value& vectors, const Value& arguments) {
  auto read = hf::from_json(arguments);
  EXPECT_TRUE(read) << read.error().message;
  hf::TrainerOptions options;
  options.model = hf::script_model(kData / "encoder.pt").value();
  options.args = read->arguments;
  options.args.device = "cpu";
  options.args.save_strategy = "no";
  options.args.per_device_eval_batch_size = 44;
  options.train_dataset = rows_of(vectors.at("train"));
  options.eval_dataset = rows_of(vectors.at("test"));
  options.compute_metrics = [](const hf::EvalPrediction& p) {
    return Metrics{{"accuracy", p.predictions.argmax(-1).eq(p.label_ids).to(torch::kFloat64).mean().item<double>()}};
  };
  return hf::Trainer::make(std::move(options)).value();
}

bool is_of_the_clock(const std::string& name) {
  return name.find("runtime") != std::string::npos || name.find("per_second") != std::string::npos;
}

/// To 1e-5 over the whole run, in the same order, with the same names.
TEST(HfTraining, LogHistoryIsHuggingFaces) {
  std::ifstream file(kData / "training.json");
  ASSERT_TRUE(file);
  const Value vectors = Value::parse(file);
  ASSERT_EQ(vectors.at("runs").size(), 6U);
  for (const Value& run : vectors.at("runs")) {
    SCOPED_TRACE(run.at("arguments").dump());
    auto trainer = trainer_of(vectors, run.at("arguments"));
    const auto output = trainer.train();
    ASSERT_TRUE(output) << output.error().message;
    const auto& history = trainer.state().log_history;
    const Value& expected = run.at("log_history");
    ASSERT_EQ(history.size(), expected.size());
    for (std::size_t i = 0; i < history.size(); ++i) {
      std::size_t compared = 0;
      for (const auto& [name, value] : history[i].items()) {
        if (is_of_the_clock(name)) continue;
        ASSERT_TRUE(expected[i].contains(name)) << i << " " << name;
        const double theirs = expected[i].at(name).get<double>();
        EXPECT_NEAR(value.get<double>(), theirs, 1e-5 * std::max(1.0, std::abs(theirs))) << i << " " << name;
        ++compared;
      }
      EXPECT_EQ(compared, expected[i].size()) << i << " " << expected[i].dump();
    }
  }
}

}  // namespace
}  // namespace winnow::hf_training_test

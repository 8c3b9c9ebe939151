/// What callbacks hear, event by event as Hugging Face's Trainer tells it (tests/data/hf/make_events.py says how it was
/// asked), and what they can order.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <winnow/trainers/torch/trainer.hpp>

#include "../temp_dir.hpp"

namespace winnow::callbacks_test {
namespace {

using hf::TrainerControl;
using hf::TrainerState;
using hf::TrainingArguments;
using test::TempDir;

const std::filesystem::path kData = std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/hf";

Value json_of(const std::string& name) {
  std::ifstream file(kData / name);
  return Value::parse(file);
}

std::shared_ptr<const hf::Rows> rows() {
  static const Value train = json_of("training.json").at("train");
  return hf::token_rows(train[0].get<std::vector<std::vector<std::int64_t>>>(),
                        torch::tensor(train[1].get<std::vector<std::int64_t>>()))
      .value();
}

class Recorder final : public hf::TrainerCallback {
public:
  Recorder(Value orders, std::vector<std::string>& events) : orders_(std::move(orders)), events_(events) {}
  void on_train_begin(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("train_begin", s, c);
  }
  void on_train_end(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("train_end", s, c);
  }
  void on_epoch_begin(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("epoch_begin", s, c);
  }
  void on_epoch_end(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("epoch_end", s, c);
  }
  void on_step_begin(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("step_begin", s, c);
  }
  void on_substep_end(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("substep_end", s, c);
  }
  void on_step_end(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override {
    hear("step_end", s, c);
  }
  void on_evaluate(const TrainingArguments&, const TrainerState& s, TrainerControl& c, const Metrics&) override {
    hear("evaluate", s, c);
  }
  void on_save(const TrainingArguments&, const TrainerState& s, TrainerControl& c) override { hear("save", s, c); }
  void on_log(const TrainingArguments&, const TrainerState& s, TrainerControl& c, const OrderedJson&) override {
    hear("log", s, c);
  }

private:
  void hear(const std::string& event, const TrainerState& state, TrainerControl& control) {
    events_.push_back(event + " " + std::to_string(state.global_step));
    for (const Value& order : orders_) {
      if (order.at("event") != event || order.at("step") != state.global_step) continue;
      const auto flag = order.at("flag").get<std::string>();
      (flag == "should_log"          ? control.should_log
       : flag == "should_evaluate"   ? control.should_evaluate
       : flag == "should_save"       ? control.should_save
       : flag == "should_epoch_stop" ? control.should_epoch_stop
                                     : control.should_training_stop) = true;
    }
  }

  Value orders_;
  std::vector<std::string>& events_;
};

hf::TrainerOptions options_of(const Value& arguments, const TempDir& temp) {
  hf::TrainerOptions options;
  options.model = hf::script_model(kData / "encoder.pt").value();
  options.args = hf::from_json(arguments).value().arguments;
  options.args.device = "cpu";
  options.args.output_dir = temp.path().string();
  options.args.per_device_train_batch_size = 16;
  options.train_dataset = options.eval_dataset = rows();
  return options;
}

TEST(TrainerCallback, HearsWhatHuggingFacesHear) {
  const Value vectors = json_of("events.json");
  ASSERT_EQ(vectors.at("runs").size(), 8U);
  for (const Value& run : vectors.at("runs")) {
    SCOPED_TRACE(run.at("arguments").dump() + run.at("orders").dump());
    const TempDir temp;
    std::vector<std::string> events;
    auto options = options_of(run.at("arguments"), temp);
    options.callbacks = {[&] { return std::make_shared<Recorder>(run.at("orders"), events); }};
    auto trainer = hf::Trainer::make(std::move(options)).value();
    ASSERT_TRUE(trainer.train());
    EXPECT_EQ(events, run.at("events").get<std::vector<std::string>>());
  }
}

/// Hugging Face's forgets its count (transformers #10290 and others): a training that goes on stops later there.
TEST(TrainerCallback, EarlyStoppingCountsOnAfterACheckpoint) {
  const TempDir temp;
  auto options = options_of({{"num_train_epochs", 30},
                             {"learning_rate", 0.5},
                             {"evaluation_strategy", "epoch"},
                             {"save_strategy", "epoch"},
                             {"metric_for_best_model", "loss"}},
                            temp);
  options.model = nullptr;
  options.model_init = [](const hf::Trial*) { return hf::script_model(kData / "encoder.pt").value(); };
  options.callbacks = {hf::early_stopping(3)};
  auto whole = hf::Trainer::make(options).value();
  ASSERT_TRUE(whole.train());
  const auto steps = whole.state().global_step;
  ASSERT_LT(steps, 30 * 6);
  auto again = hf::Trainer::make(options).value();
  ASSERT_TRUE(again.train(temp.path() / ("checkpoint-" + std::to_string(steps - 6))));
  EXPECT_EQ(again.state().global_step, steps);
  EXPECT_EQ(again.state().best_metric, whole.state().best_metric);
}

}  // namespace
}  // namespace winnow::callbacks_test

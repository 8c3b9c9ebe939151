/// One training by several processes. This process itself doesn't use LibTorch: all that does is forked.
#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <torch/nn/functional/dropout.h>
#include <torch/nn/modules/linear.h>

#include <cmath>
#include <thread>

#include <winnow/trainers/torch/trainer.hpp>

#include "in_ranks.hpp"

namespace winnow::ranks_test {
namespace {

using hf::Batch;
using hf::ModelOutput;
using test::in_ranks;
using test::TempDir;
using ::testing::Each;
using ::testing::HasSubstr;

/// Two layers; a parameter that the loss doesn't depend on; a buffer.
struct NetImpl : torch::nn::Module {
  explicit NetImpl(double drop = 0, std::int64_t width = 5)
      : in(register_module("in", torch::nn::Linear(3, width))),
        out(register_module("out", torch::nn::Linear(width, 1))),
        dropout(drop) {
    unused = register_parameter("unused", torch::ones({4}));
    register_buffer("mean", torch::zeros({1}));
  }
  ModelOutput forward(const Batch& batch) {
    torch::Tensor hidden = torch::tanh(in(batch.at("x")));
    hidden = torch::nn::functional::dropout(
        hidden, torch::nn::functional::DropoutFuncOptions().p(dropout).training(is_training()));
    const torch::Tensor logits = out(hidden).squeeze(1);
    return {torch::mse_loss(logits, batch.at("labels")), logits};
  }
  torch::nn::Linear in, out;
  torch::Tensor unused;
  double dropout;
};

std::shared_ptr<const hf::Rows> rows(std::int64_t size, std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const torch::Tensor x = torch::randn({size, 3}, generator);
  return *hf::tensor_rows({{"x", x}, {"labels", torch::sin(x.sum(1))}});
}

hf::TrainingArguments arguments(std::int64_t batch_size = 2) {
  hf::TrainingArguments args;
  args.device = "cpu";
  args.learning_rate = 0.02;
  args.weight_decay = 0.1;
  args.num_train_epochs = 2;
  args.per_device_train_batch_size = batch_size;
  args.evaluation_strategy = args.logging_strategy = "epoch";
  args.save_strategy = "no";
  args.disable_tqdm = true;
  return args;
}

/// 33 rows: of batches of 8, the last has one row, and of 4 ranks three have none in it.
hf::TrainerOptions options(const hf::TrainingArguments& args, const RankPlace& place, double dropout = 0) {
  return {.model_init = [dropout](const hf::Trial*) { return hf::model_of(std::make_shared<NetImpl>(dropout)); },
          .args = args,
          .train_dataset = rows(33, 1),
          .eval_dataset = rows(21, 2),
          .compute_metrics =
              [](const hf::EvalPrediction& p) {
                return Metrics{{"rows", static_cast<double>(p.predictions.size(0))},
                               {"far", (p.predictions - p.label_ids).abs().max().item<double>()}};
              },
          .ranks = place};
}

/// Parameters and the log of a training, or its error.
Value outcome(hf::Trainer& trainer, const std::filesystem::path& checkpoint = {}) {
  const auto trained = trainer.train(checkpoint);
  if (!trained) return {{"code", static_cast<int>(trained.error().code)}, {"error", trained.error().message}};
  Value said{{"parameters", Value::array()}, {"log", Value::array()}};
  for (const auto& one : trainer.model()->parameters()) {
    const torch::Tensor flat = one.tensor.detach().reshape({-1}).contiguous();
    for (std::int64_t i = 0; i < flat.numel(); ++i) said["parameters"].push_back(flat.data_ptr<float>()[i]);
  }
  for (const OrderedJson& entry : trainer.state().log_history) {
    for (const char* name : {"loss", "eval_loss", "eval_far", "eval_rows", "train_loss"}) {
      if (entry.contains(name)) said["log"].push_back(entry.at(name).get<double>());
    }
  }
  return said;
}

Value trained(const hf::TrainerOptions& options, const std::filesystem::path& checkpoint = {}) {
  auto trainer = hf::Trainer::make(options);
  if (!trainer) return {{"error", trainer.error().message}};
  return outcome(*trainer, checkpoint);
}

void expect_near(const Value& one, const Value& other, double by) {
  for (const char* part : {"parameters", "log"}) {
    ASSERT_TRUE(one.contains(part) && other.contains(part)) << one << other;
    ASSERT_EQ(one.at(part).size(), other.at(part).size());
    for (std::size_t i = 0; i < one.at(part).size(); ++i) {
      EXPECT_NEAR(one.at(part)[i].get<double>(), other.at(part)[i].get<double>(), by) << part << " " << i;
    }
  }
}

void expect_each(const test::SaidByRanks& said, errc code, const std::string& words) {
  for (const Value& one : said) {
    if (one.is_null()) continue;
    ASSERT_TRUE(one.is_object() && one.contains("error")) << one;
    EXPECT_EQ(one.at("code").get<int>(), static_cast<int>(code)) << one;
    EXPECT_THAT(one.at("error").get<std::string>(), HasSubstr(words));
  }
}

class SeveralRanks : public ::testing::TestWithParam<int> {};

TEST_P(SeveralRanks, EqualOneRankAtTheWholeBatch) {
  for (const std::int64_t accumulation : {1, 3}) {
    SCOPED_TRACE(accumulation);
    auto args = arguments(8);
    args.gradient_accumulation_steps = accumulation;  // 5 batches an epoch: two wait over its end
    const auto one = in_ranks({.size = 1}, [&](const RankPlace& place) { return trained(options(args, place)); });
    args.per_device_train_batch_size = 8 / GetParam();
    const auto all =
        in_ranks({.size = GetParam()}, [&](const RankPlace& place) { return trained(options(args, place)); });
    for (const Value& rank : all) expect_near(rank, one.front(), 1e-5);
  }
}

TEST_P(SeveralRanks, HearOfARankThatWasKilledInMidStep) {
  const auto said = in_ranks({.size = GetParam()}, [](const RankPlace& place) {
    auto given = options(arguments(), place);
    given.model_init = [place](const hf::Trial*) {
      struct Dying : NetImpl {
        int steps = 0;
        int rank = 0;
        ModelOutput forward(const Batch& batch) {
          auto output = NetImpl::forward(batch);
          if (rank == 1 && ++steps == 4) output.loss.register_hook([](const torch::Tensor&) { ::raise(SIGKILL); });
          return output;
        }
      };
      auto net = std::make_shared<Dying>();
      net->rank = place.rank;
      return hf::model_of(net);
    };
    return trained(given);
  });
  EXPECT_TRUE(said[1].is_null());
  expect_each(said, errc::trial_lost, "rank 1 is gone");
}

INSTANTIATE_TEST_SUITE_P(Ranks, SeveralRanks, ::testing::Values(2, 4));

/// A net that does something in the fourth step of one rank.
template <class Act>
hf::ModelInit acting(const RankPlace& place, int rank, Act act) {
  struct Acting : NetImpl {
    std::function<void()> act;
    int steps = 0;
    ModelOutput forward(const Batch& batch) {
      if (is_training() && act && ++steps == 4) act();
      return NetImpl::forward(batch);
    }
  };
  return [place, rank, act](const hf::Trial*) {
    auto net = std::make_shared<Acting>();
    if (place.rank == rank) net->act = act;
    return hf::model_of(net);
  };
}

TEST(Ranks, AnExceptionOnOneFailsAllInItsWords) {
  for (const std::int64_t accumulation : {1, 3}) {
    const auto said = in_ranks({.size = 3}, [&](const RankPlace& place) {
      auto args = arguments();
      args.gradient_accumulation_steps = accumulation;
      auto given = options(args, place);
      given.model_init = acting(place, 1, [] { throw std::runtime_error("no such token"); });
      return trained(given);
    });
    expect_each(said, errc::trial_failed, "rank 1: no such token");
    EXPECT_THAT(said, Each(::testing::Truly([](const Value& one) { return one.is_object(); })));
  }
}

TEST(Ranks, AnExceptionOutsideOfAStepIsHeardOfToo) {
  const auto said = in_ranks({.size = 2}, [&](const RankPlace& place) {
    struct Throwing : hf::TrainerCallback {
      void on_step_end(const hf::TrainingArguments&, const hf::TrainerState& state, hf::TrainerControl&) override {
        if (state.global_step == 3) throw std::runtime_error("no room");
      }
    };
    auto given = options(arguments(), place);
    if (place.rank == 1) given.callbacks = {[] { return std::make_shared<Throwing>(); }};
    return trained(given);
  });
  expect_each(said, errc::trial_failed, "no room");
  EXPECT_THAT(said[0].at("error").get<std::string>(), HasSubstr("rank 1: "));
}

TEST(Ranks, WhatComputeMetricsThrowsFailsAll) {
  const auto said = in_ranks({.size = 2}, [&](const RankPlace& place) {
    auto given = options(arguments(), place);
    given.compute_metrics = [](const hf::EvalPrediction&) -> Metrics { throw std::runtime_error("no labels"); };
    return trained(given);
  });
  expect_each(said, errc::trial_failed, "no labels");
}

TEST(Ranks, ARankThatHangsIsNamedWhenTheTimeIsOver) {
  const auto said = in_ranks(
      {.size = 3, .time_limit = std::chrono::milliseconds(1500), .killed_at_end = 1}, [&](const RankPlace& place) {
        auto given = options(arguments(), place);
        given.model_init = acting(place, 1, [] { std::this_thread::sleep_for(std::chrono::hours(1)); });
        return trained(given);
      });
  expect_each(said, errc::trial_lost, "rank 1 has not answered in 1.5 s");
  EXPECT_TRUE(said[0].is_object() && said[2].is_object());
}

TEST(Ranks, ARankThatDoesNotComeIsNotWaitedForForEver) {
  const auto said = in_ranks({.size = 2, .time_limit = std::chrono::milliseconds(500), .missing = 1},
                             [&](const RankPlace& place) { return trained(options(arguments(), place)); });
  expect_each(said, errc::trial_lost, "has not met the others");
  EXPECT_TRUE(said[0].is_object());
}

TEST(Ranks, AnotherModelIsRefusedByName) {
  const auto said = in_ranks({.size = 2}, [&](const RankPlace& place) {
    auto given = options(arguments(), place);
    given.model_init = [&](const hf::Trial*) { return hf::model_of(std::make_shared<NetImpl>(0, 5 + place.rank)); };
    return trained(given);
  });
  expect_each(said, errc::invalid_input, "rank 1 trains something else than rank 0: the model is ");
}

TEST(Ranks, StartFromRankZerosWeightsAndDrawApart) {
  const auto said = in_ranks({.size = 2}, [&](const RankPlace& place) {
    auto args = arguments();
    args.max_steps = 1;
    args.learning_rate = 0;
    args.evaluation_strategy = "no";
    double drawn = 0;
    auto given = options(args, place);
    given.model_init = [&, place](const hf::Trial*) {
      struct Drawing : NetImpl {
        double* drawn = nullptr;
        ModelOutput forward(const Batch& batch) {
          *drawn = torch::rand({1}).item<double>();
          return NetImpl::forward(batch);
        }
      };
      torch::manual_seed(static_cast<std::uint64_t>(10 + place.rank));
      auto net = std::make_shared<Drawing>();
      net->drawn = &drawn;
      return hf::model_of(net);
    };
    Value outcome = trained(given);
    outcome["drawn"] = drawn;
    return outcome;
  });
  ASSERT_TRUE(said[0].contains("parameters")) << said[0];
  EXPECT_EQ(said[0].at("parameters"), said[1].at("parameters"));
  EXPECT_NE(said[0].at("drawn"), said[1].at("drawn"));
}

TEST(Ranks, GoOnFromACheckpointAsIfNothingHadBeen) {
  const TempDir temp;
  auto args = arguments();
  args.save_strategy = "steps";
  args.save_steps = 7;
  args.output_dir = temp.path().string();
  const auto run = [&](const std::filesystem::path& from) {
    return in_ranks({.size = 2}, [&](const RankPlace& place) { return trained(options(args, place, 0.5), from); });
  };
  const auto whole = run({});
  const auto again = run(temp.path() / "checkpoint-7");
  ASSERT_TRUE(whole[0].contains("parameters")) << whole[0];
  EXPECT_EQ(again[0].at("parameters"), whole[0].at("parameters"));
  EXPECT_EQ(again[1].at("parameters"), whole[0].at("parameters"));

  args.save_steps = 2;
  args.gradient_accumulation_steps = 4;  // 9 batches an epoch: gradients wait in its end's checkpoint
  args.save_strategy = "epoch";
  const auto waiting = run({});
  expect_near(run(temp.path() / "checkpoint-2")[1], waiting[0], 1e-6);

  const auto alone = in_ranks({.size = 1}, [&](const RankPlace& place) {
    return trained(options(args, place, 0.5), temp.path() / "checkpoint-2");
  });
  expect_each(alone, errc::invalid_input, "the checkpoint is of a training by 2 ranks, this one is by 1");
}

TEST(Ranks, RankZerosControlCounts) {
  const auto said = in_ranks({.size = 2}, [&](const RankPlace& place) {
    struct Stopping : hf::TrainerCallback {
      explicit Stopping(std::int64_t at_step) : at(at_step) {}
      void on_step_end(const hf::TrainingArguments&, const hf::TrainerState& state,
                       hf::TrainerControl& control) override {
        if (state.global_step == at) control.should_training_stop = true;
      }
      std::int64_t at;
    };
    auto given = options(arguments(), place);
    given.callbacks = {[&] { return std::make_shared<Stopping>(place.rank == 0 ? 5 : 2); }};
    auto trainer = hf::Trainer::make(given);
    const auto trained = trainer->train();
    return trained ? Value(trained->global_step) : Value(trained.error().message);
  });
  EXPECT_THAT(said, Each(Value(5)));
}

/// The trial of a search, sliced as a slot slices it.
Value sliced(const RankPlace& place, int cancelled_rank) {
  hf::SearchOptions search;
  search.backend = hf::Backend::optuna;
  search.hp_space = hf::SuggestFunction([](optuna::Trial& trial) { trial.suggest_float("learning_rate", 0.001, 0.1); });
  auto trainer = hf::Trainer::make(options(arguments(), {}));
  auto factory = hf::trials_of(*trainer, search);
  TrialContext context;
  context.trial = 7;
  context.attempt = 2;
  context.ranks = place;
  int asked = 0;
  context.suggest = [&](std::string_view, const Domain&) -> Result<Value> { return ++asked, Value(0.01); };
  auto trial = (*factory)->make(context);
  Value steps = Value::array();
  for (;;) {
    if (place.rank == cancelled_rank && steps.size() == 1) (*trial)->cancel();
    const auto progress = (*trial)->advance();
    if (!progress) return {{"code", static_cast<int>(progress.error().code)}, {"error", progress.error().message}};
    if (std::holds_alternative<Finished>(*progress)) break;
    const auto& report = std::get<StepReport>(*progress);
    steps.push_back({*report.step, report.metrics.front().second});
  }
  return {{"asked", asked}, {"reports", steps}};
}

TEST(Ranks, OfATrialReportAlikeAndDrawOnce) {
  const auto said = in_ranks({.size = 2}, [](const RankPlace& place) { return sliced(place, -1); });
  ASSERT_TRUE(said[0].contains("reports")) << said[0];
  EXPECT_EQ(said[0].at("reports").size(), 2U);
  EXPECT_EQ(said[0].at("reports"), said[1].at("reports"));
  EXPECT_EQ(said[0].at("asked"), 1);
  EXPECT_EQ(said[1].at("asked"), 0);
}

TEST(Ranks, AreAllCancelledWithOneOfThem) {
  for (const int rank : {0, 1}) {
    const auto said = in_ranks({.size = 2}, [&](const RankPlace& place) { return sliced(place, rank); });
    expect_each(said, errc::cancelled, "cancelled");
    EXPECT_TRUE(said[0].is_object() && said[1].is_object());
  }
}

}  // namespace
}  // namespace winnow::ranks_test

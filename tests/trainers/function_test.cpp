#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <winnow/trainers/function.hpp>

#include "../temp_dir.hpp"

namespace winnow::function_test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::unique_ptr<Trainable> make(TrialFunction function, FunctionOptions options = {}) {
  return *function_trainer(std::move(function), options)->make({.trial = 3, .params = {}, .directory = {}});
}

double reported(const Result<Progress>& progress) {
  return std::get<StepReport>(progress.value()).metrics.at(0).second;
}

TEST(FunctionTrainer, EachAdvanceReturnsTheNextReportAndThenTheEnd) {
  const auto trainable = make([](FunctionContext& context) {
    for (int i = 1; i <= 3; ++i) context.report({{"loss", 1.0 / i}}, 10 * i);
  });
  for (int i = 1; i <= 3; ++i) {
    const auto progress = trainable->advance();
    EXPECT_EQ(std::get<StepReport>(*progress).step, 10 * i);
    EXPECT_EQ(reported(progress), 1.0 / i);
  }
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
}

TEST(FunctionTrainer, TheFunctionWaitsInReportUntilItIsToGoOn) {
  std::atomic<int> past{0};
  const auto trainable = make([&past](FunctionContext& context) {
    context.report({{"loss", 1}});
    ++past;
    context.report({{"loss", 2}});
  });
  ASSERT_TRUE(trainable->advance());
  std::this_thread::sleep_for(20ms);
  EXPECT_EQ(past, 0);
  ASSERT_TRUE(trainable->advance());
  EXPECT_EQ(past, 1);
}

TEST(FunctionTrainer, NothingRunsBeforeTheFirstAdvance) {
  std::atomic<bool> ran{false};
  make([&ran](FunctionContext&) { ran = true; }).reset();
  EXPECT_FALSE(ran);
}

TEST(FunctionTrainer, TheFunctionSeesItsTrial) {
  auto factory = function_trainer([](FunctionContext& context) {
    context.report({{"x", context.params().find("x")->get<double>()}, {"seed", context.trial().seed}});
  });
  const auto trainable =
      *factory->make({.trial = 1, .seed = 7, .params = Assignment({{"x", 0.5}}), .directory = "here"});
  const auto progress = trainable->advance();
  EXPECT_EQ(std::get<StepReport>(*progress).metrics, (Metrics{{"x", 0.5}, {"seed", 7}}));
}

TEST(FunctionTrainer, AnExceptionFailsTheTrialWithItsText) {
  const auto trainable = make([](FunctionContext& context) {
    context.report({{"loss", 1}});
    throw std::runtime_error("no such layer");
  });
  ASSERT_TRUE(trainable->advance());
  const auto progress = trainable->advance();
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, errc::trial_failed);
  EXPECT_EQ(progress.error().message, "no such layer");
  EXPECT_FALSE(trainable->advance());
}

TEST(FunctionTrainer, SomethingElseThrownFailsTheTrialToo) {
  EXPECT_EQ(make([](FunctionContext&) { throw 42; })->advance().error().code, errc::trial_failed);
}

TEST(FunctionTrainer, DestructionUnwindsAFunctionThatWaitsInReport) {
  struct Guard {
    std::atomic<bool>& gone;
    ~Guard() { gone = true; }
  };
  std::atomic<bool> gone{false};
  auto trainable = make([&gone](FunctionContext& context) {
    const Guard guard{gone};
    for (;;) {
      try {
        context.report({{"loss", 1}});
      } catch (const std::exception&) {  // must not swallow the end
      }
    }
  });
  ASSERT_TRUE(trainable->advance());
  EXPECT_FALSE(gone);
  trainable.reset();
  EXPECT_TRUE(gone);
}

TEST(FunctionTrainer, WhatTheFunctionCapturedIsGoneAfterDestruction) {
  auto held = std::make_shared<int>(1);
  auto trainable = make([held](FunctionContext& context) { context.report({}); });
  ASSERT_TRUE(trainable->advance());
  trainable.reset();
  EXPECT_EQ(held.use_count(), 1);
}

TEST(FunctionTrainer, CancelEndsAdvanceWhileTheFunctionWorks) {
  const auto trainable = make([](FunctionContext& context) {
    while (!context.cancelled()) std::this_thread::sleep_for(1ms);
    context.report({{"loss", 1}});
    FAIL() << "report must throw after cancel";
  });
  std::thread canceller([&] {
    std::this_thread::sleep_for(20ms);
    trainable->cancel();
  });
  const auto progress = trainable->advance();
  canceller.join();
  ASSERT_FALSE(progress);
  EXPECT_EQ(progress.error().code, errc::cancelled);
  EXPECT_EQ(trainable->advance().error().code, errc::cancelled);
}

TEST(FunctionTrainer, AHungFunctionIsGivenUp) {
  auto release = std::make_shared<std::promise<void>>();
  auto ended = std::make_shared<std::promise<void>>();
  auto trainable = make(
      [wait = release->get_future().share(), ended](FunctionContext& context) {
        wait.wait();
        EXPECT_EQ(context.trial().trial, 3);  // still alive, though the trainable isn't
        ended->set_value();
      },
      {.unwind_time = 20ms});
  std::thread canceller([&] { trainable->cancel(); });
  EXPECT_EQ(trainable->advance().error().code, errc::cancelled);
  canceller.join();
  const auto start = std::chrono::steady_clock::now();
  trainable.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
  release->set_value();
  EXPECT_EQ(ended->get_future().wait_for(10s), std::future_status::ready);
}

TEST(FunctionTrainer, CannotSave) {
  const auto trainable = make([](FunctionContext&) {});
  EXPECT_FALSE(trainable->can_save());
  EXPECT_EQ(trainable->save("x").error().code, errc::unsupported);
  EXPECT_EQ(function_trainer([](FunctionContext&) {})->placement(), Placement::own_thread);
}

TEST(FunctionTrainer, ManyFunctionsRunSideBySide) {
  auto factory = function_trainer([](FunctionContext& context) {
    for (int i = 0; i < 50; ++i) context.report({{"loss", static_cast<double>(context.trial().trial)}});
  });
  std::vector<std::unique_ptr<Trainable>> trials;
  for (int i = 0; i < 20; ++i) trials.push_back(*factory->make({.trial = i, .params = {}, .directory = {}}));
  for (int step = 0; step < 25; ++step) {
    for (int i = 0; i < 20; ++i) ASSERT_EQ(reported(trials[i]->advance()), i);
  }
}

Result<Progress> count_down(SliceState& state) {
  if (state.slice == 3) return Finished{};
  return StepReport{std::nullopt, {{"loss", 3.0 - static_cast<double>(state.slice)}}};
}

TEST(SliceTrainer, RunsInlineSliceBySlice) {
  const auto factory = slice_trainer({.advance = count_down, .save = {}, .restore = {}});
  const auto trainable = *factory->make({});
  EXPECT_EQ(factory->placement(), Placement::inline_slice);
  EXPECT_FALSE(trainable->can_save());
  for (const double expected : {3.0, 2.0, 1.0}) EXPECT_EQ(reported(trainable->advance()), expected);
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
}

TEST(SliceTrainer, KeepsTheCallablesMemory) {
  const auto trainable = *slice_trainer({.advance = [](SliceState& state) -> Result<Progress> {
                                           if (!state.memory.has_value()) state.memory = 1.0;
                                           auto& value = std::any_cast<double&>(state.memory);
                                           value *= 2;
                                           return StepReport{std::nullopt, {{"value", value}}};
                                         },
                                         .save = {},
                                         .restore = {}})
                              ->make({});
  EXPECT_EQ(reported(trainable->advance()), 2);
  EXPECT_EQ(reported(trainable->advance()), 4);
}

TEST(SliceTrainer, SavesAndRestoresThroughItsCallables) {
  const SliceFunction function{.advance = count_down,
                               .save = [](const SliceState& state, const std::filesystem::path& file) -> Result<void> {
                                 std::ofstream(file) << state.slice;
                                 return {};
                               },
                               .restore = [](SliceState& state, const std::filesystem::path& file) -> Result<void> {
                                 std::ifstream(file) >> state.slice;
                                 return {};
                               }};
  const test::TempDir folder;
  const auto file = folder / "checkpoint";
  const auto factory = slice_trainer(function);
  const auto first = *factory->make({});
  ASSERT_TRUE(first->advance());
  ASSERT_TRUE(first->can_save());
  ASSERT_TRUE(first->save(file));
  const auto second = *factory->make({});
  ASSERT_TRUE(second->restore(file));
  EXPECT_EQ(reported(second->advance()), reported(first->advance()));
}

TEST(SliceTrainer, AnExceptionFailsTheTrial) {
  const auto trainable =
      *slice_trainer(
           {.advance = [](SliceState&) -> Result<Progress> { throw std::logic_error("x"); }, .save = {}, .restore = {}})
           ->make({});
  EXPECT_EQ(trainable->advance().error().code, errc::trial_failed);
}

TEST(SliceTrainer, AnEmptyFunctionIsRefused) {
  EXPECT_EQ(slice_trainer({})->make({}).error().code, errc::invalid_input);
  EXPECT_EQ(function_trainer({})->make({}).error().code, errc::invalid_input);
}

}  // namespace
}  // namespace winnow::function_test

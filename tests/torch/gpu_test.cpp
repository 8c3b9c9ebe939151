/// What only a GPU can show. Skipped where LibTorch finds none; scripts/gpu-check says so.
#include <c10/core/impl/VirtualGuardImpl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <torch/types.h>

#include <cstdlib>
#include <thread>

#include <winnow/base/temp_dir.hpp>
#include <winnow/trainers/out_of_memory.hpp>
#include <winnow/trainers/torch/classifier.hpp>
#include <winnow/trainers/torch/detail/device_memory.hpp>
#include <winnow/trainers/torch/detail/device_use.hpp>

namespace winnow::gpu_test {
namespace {

using testing::HasSubstr;

const c10::Device kGpu(c10::kCUDA, 0);

/// Not where it was compiled, where only the program has been brought here.
std::string digits() {
  const char* folder = std::getenv("WINNOW_DIGITS");
  return folder != nullptr ? folder : WINNOW_DIGITS;
}

struct Gpu : testing::Test {
  void SetUp() override {
    if (!torch::cuda::is_available()) GTEST_SKIP() << "LibTorch finds no GPU here";
  }
};

std::unique_ptr<TrainableFactory> classifier(const Value& options) {
  Value all = {{"data", "digits.h5"}, {"epochs", 2}, {"device", "cuda"}};
  all.update(options);
  return make_classifier("classifier", all, digits()).value();
}

std::unique_ptr<Trainable> trial(TrainableFactory& factory, TrialId number, double gpus = 0, bool own_process = false) {
  TrialContext context;
  context.trial = number;
  context.seed = 7;
  context.params.set("learning_rate", 0.01);
  context.own_process = own_process;
  if (gpus > 0) context.devices = {{Device{.id = "0", .ordinal = 0}}, gpus};
  return factory.make(context).value();
}

/// The losses of each report still to come.
std::vector<double> losses(Trainable& trainable) {
  std::vector<double> values;
  for (;;) {
    const auto progress = trainable.advance().value();
    const auto* report = std::get_if<StepReport>(&progress);
    if (report == nullptr) return values;
    values.push_back(*find_metric(report->metrics, "eval/loss"));
  }
}

TEST_F(Gpu, TrainsAsTheCpuDoes) {
  const auto here = classifier({});
  const auto cpu = classifier({{"device", "cpu"}});
  EXPECT_THAT(losses(*trial(*here, 0)), testing::Pointwise(testing::DoubleNear(1e-2), losses(*trial(*cpu, 0))));
}

TEST_F(Gpu, ATrialGoesOnFromItsCheckpoint) {
  const auto factory = classifier({{"epochs", 4}});
  const auto whole = losses(*trial(*factory, 0));
  const TempDir folder = TempDir::make("winnow-gpu-test").value();
  {
    const auto first = trial(*factory, 0);
    ASSERT_TRUE(first->advance() && first->advance());
    ASSERT_TRUE(first->save(folder.path() / "state"));
  }
  const auto second = trial(*factory, 0);
  ASSERT_TRUE(second->restore(folder.path() / "state"));
  EXPECT_THAT(losses(*second),
              testing::Pointwise(testing::DoubleNear(1e-4), std::vector(whole.begin() + 2, whole.end())));
}

TEST_F(Gpu, TrialsOfOneProcessHaveStreamsOfTheirOwn) {
  const c10::impl::VirtualGuardImpl of_type(c10::kCUDA);
  const hf::DeviceUse one(kGpu, 0.25, false);
  const hf::DeviceUse other(kGpu, 0.25, false);
  const auto stream = [&](const hf::DeviceUse& use) {
    const auto guard = use.guard();
    return of_type.getStream(kGpu);
  };
  EXPECT_NE(stream(one), stream(other));
  EXPECT_NE(stream(one), of_type.getDefaultStream(kGpu));
  EXPECT_EQ(of_type.getStream(kGpu), of_type.getDefaultStream(kGpu));
}

TEST_F(Gpu, ATrialThatAsksForMoreThanItsPartIsToldAndNobodyElseIs) {
  const auto large = classifier({{"hidden", 16384}, {"layers", 2}, {"epochs", 1}});  // 1 GiB of weights
  const auto small = classifier({});
  const auto neighbour = trial(*small, 1);
  ASSERT_TRUE(neighbour->advance());
  {
    const auto greedy = trial(*large, 2, 0.002, true);
    const auto error = greedy->advance();
    ASSERT_FALSE(error);
    EXPECT_TRUE(is_out_of_device_memory(error.error().message)) << error.error().message;
    EXPECT_THAT(error.error().message, HasSubstr("the trial may have 0.002 of the device's memory"));
  }
  hf::limit_device_memory(kGpu, 1);
  EXPECT_EQ(losses(*neighbour).size(), 1U);
  EXPECT_EQ(losses(*trial(*large, 3)).size(), 1U);
}

TEST_F(Gpu, MemoryIsGivenBackAfterEachOfTwoHundredTrials) {
  const auto factory = classifier({{"hidden", 1024}, {"epochs", 1}});
  const auto fifty = [&](TrialId first) {
    std::vector<std::thread> slots;
    for (TrialId slot = 0; slot < 4; ++slot) {
      slots.emplace_back([&, slot] {
        for (TrialId number = slot; number < 50; number += 4) losses(*trial(*factory, first + number));
      });
    }
    for (std::thread& slot : slots) slot.join();
    return hf::device_memory_taken(kGpu);
  };
  const auto after_fifty = fifty(0);
  fifty(50);
  fifty(100);
  EXPECT_LE(fifty(150), after_fifty);
  EXPECT_LE(after_fifty, 64U << 20U);  // the rows, and what cuBLAS keeps
}

}  // namespace
}  // namespace winnow::gpu_test

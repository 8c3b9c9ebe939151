#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include <winnow/trainers/torch/classifier.hpp>

#include "../temp_dir.hpp"

namespace winnow::classifier_test {
namespace {

using test::TempDir;
using testing::HasSubstr;

constexpr int kEpochs = 4;
const std::filesystem::path kDigits = std::filesystem::path(WINNOW_SOURCE_DIR) / "examples/digits";

const Assignment& params(const std::string& optimizer) {
  const auto with = [](const char* name) {
    return Assignment({{"learning_rate", 0.01},
                       {"hidden", 24},
                       {"layers", 2},
                       {"dropout", 0.3},
                       {"weight_decay", 1e-3},
                       {"batch_size", 100},
                       {"optimizer", name},
                       {"activation", "gelu"}});
  };
  static const Assignment sgd = with("sgd");
  static const Assignment adam = with("adam");
  static const Assignment adamw = with("adamw");
  return optimizer == "sgd" ? sgd : optimizer == "adam" ? adam : adamw;
}

/// One data set for all tests, as in a sweep.
TrainableFactory& factory() {
  static const auto made = *make_classifier("classifier", {{"data", "digits.h5"}, {"epochs", kEpochs}}, kDigits);
  return *made;
}

std::unique_ptr<Trainable> make(const Assignment& assignment, std::uint64_t seed = 7) {
  return factory().make({.trial = 1, .seed = seed, .params = assignment, .directory = {}}).value();
}

/// All reports still to come.
std::vector<Metrics> curve(Trainable& trainable) {
  std::vector<Metrics> reports;
  for (;;) {
    const auto progress = trainable.advance();
    const auto* report = std::get_if<StepReport>(&progress.value());
    if (report == nullptr) return reports;
    reports.push_back(report->metrics);
  }
}

std::vector<Metrics> curve(const Assignment& assignment, std::uint64_t seed = 7) {
  return curve(*make(assignment, seed));
}

TEST(Classifier, ReportsOncePerEpochAndLearns) {
  const auto trainable = make(Assignment({{"learning_rate", 0.01}}));
  double accuracy = 0;
  for (Step epoch = 1; epoch <= kEpochs; ++epoch) {
    const auto progress = trainable->advance();
    const auto& report = std::get<StepReport>(progress.value());
    EXPECT_EQ(report.step, epoch);
    ASSERT_EQ(report.metrics.size(), 3U);
    EXPECT_EQ(report.metrics[0].first, "train/loss");
    EXPECT_EQ(report.metrics[1].first, "eval/loss");
    EXPECT_EQ(report.metrics[2].first, "eval/accuracy");
    accuracy = report.metrics[2].second;
  }
  EXPECT_GT(accuracy, 0.9);
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
}

TEST(Classifier, EveryActivationAndDepthLearns) {
  for (const char* activation : {"relu", "tanh", "gelu", "silu"}) {
    for (const int layers : {0, 1, 3}) {
      const auto reports = curve(Assignment({{"learning_rate", 0.01}, {"layers", layers}, {"activation", activation}}));
      EXPECT_GT(reports.back()[2].second, 0.85) << activation << " " << layers;
    }
  }
}

TEST(Classifier, EqualSeedsGiveEqualBitsAndOthersDont) {
  EXPECT_EQ(curve(params("adam"), 1), curve(params("adam"), 1));
  EXPECT_NE(curve(params("adam"), 1), curve(params("adam"), 2));
}

TEST(Classifier, ABatchLargerThanTheDataIsTheWholeData) {
  EXPECT_EQ(curve(Assignment({{"batch_size", 100000}})), curve(Assignment({{"batch_size", 1437}})));
}

TEST(Classifier, ADivergedTrialReportsWhatItSees) {
  const auto reports = curve(Assignment({{"learning_rate", 1e30}, {"optimizer", "sgd"}}));
  ASSERT_EQ(reports.size(), static_cast<std::size_t>(kEpochs));
  EXPECT_FALSE(std::isfinite(reports.back()[1].second));
}

class ClassifierOptimizer : public testing::TestWithParam<const char*> {};

TEST_P(ClassifierOptimizer, ContinuesBitForBitFromEveryEpoch) {
  const TempDir folder;
  const auto file = folder / "checkpoint";
  const Assignment assignment = params(GetParam());
  const auto whole = curve(assignment);
  for (std::size_t stop = 0; stop <= kEpochs; ++stop) {
    auto first = make(assignment);
    for (std::size_t i = 0; i < stop; ++i) ASSERT_TRUE(first->advance());
    ASSERT_TRUE(first->save(file));
    first.reset();
    const auto second = make(assignment);
    ASSERT_TRUE(second->restore(file));
    EXPECT_EQ(curve(*second), std::vector<Metrics>(whole.begin() + static_cast<std::ptrdiff_t>(stop), whole.end()));
  }
}

TEST_P(ClassifierOptimizer, SavingChangesNothing) {
  const TempDir folder;
  const auto file = folder / "checkpoint";
  const Assignment assignment = params(GetParam());
  const auto trainable = make(assignment);
  std::vector<Metrics> reports;
  for (int i = 0; i < kEpochs; ++i) {
    ASSERT_TRUE(trainable->save(file));
    reports.push_back(std::get<StepReport>(trainable->advance().value()).metrics);
  }
  EXPECT_EQ(reports, curve(assignment));
}

TEST_P(ClassifierOptimizer, SideBySideTrialsGiveTheCurvesTheyGiveAlone) {
  const Assignment assignment = params(GetParam());
  const std::vector<std::vector<Metrics>> alone{curve(assignment, 1), curve(assignment, 2)};
  for (int round = 0; round < 3; ++round) {
    std::vector<std::vector<Metrics>> together(2);
    std::thread other([&] { together[1] = curve(assignment, 2); });
    together[0] = curve(assignment, 1);
    other.join();
    EXPECT_EQ(together, alone);
  }
}

TEST_P(ClassifierOptimizer, ContinuesOnAnotherThread) {
  const Assignment assignment = params(GetParam());
  const auto trainable = make(assignment);
  std::vector<Metrics> reports;
  for (int i = 0; i < kEpochs; ++i) {
    std::thread([&] { reports.push_back(std::get<StepReport>(trainable->advance().value()).metrics); }).join();
  }
  EXPECT_EQ(reports, curve(assignment));
}

INSTANTIATE_TEST_SUITE_P(All, ClassifierOptimizer, testing::Values("sgd", "adam", "adamw"));

TEST(ClassifierCheckpoint, AnExploitTakesTheWeightsAndKeepsItsOwnRates) {
  const TempDir folder;
  const auto file = folder / "checkpoint";
  auto donor = make(params("adam"));
  ASSERT_TRUE(donor->advance());
  ASSERT_TRUE(donor->save(file));
  Assignment explored = params("adam");
  explored.set("learning_rate", 0.002);
  const auto same = make(params("adam"));
  const auto other = make(explored);
  ASSERT_TRUE(same->restore(file));
  ASSERT_TRUE(other->restore(file));
  const auto donor_curve = curve(*donor);
  EXPECT_EQ(curve(*same), donor_curve);
  const auto other_curve = curve(*other);
  EXPECT_EQ(other_curve.size(), donor_curve.size());
  EXPECT_NE(other_curve, donor_curve);
}

TEST(ClassifierCheckpoint, OneThatDoesNotFitIsRefused) {
  const TempDir folder;
  const auto file = folder / "checkpoint";
  ASSERT_TRUE(make(params("adam"))->save(file));
  struct Case {
    Assignment::Entry changed;
    std::string said;
  };
  for (const auto& [changed, said] : {Case{{"hidden", 25}, "of another model: it has layers.0.weight of [24,64]"},
                                      Case{{"layers", 1}, "of another model"},
                                      Case{{"optimizer", "sgd"}, "has optim \"adam\", this training \"sgd\""}}) {
    Assignment other = params("adam");
    other.set(changed.first, changed.second);
    const auto restored = make(other)->restore(file);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code, errc::invalid_input);
    EXPECT_THAT(restored.error().message, HasSubstr(said));
  }
}

TEST(ClassifierCheckpoint, ATornOneIsRefusedAndTheTrialCanStartOver) {
  const TempDir folder;
  const auto file = folder / "checkpoint";
  const auto trainable = make(params("adam"));
  ASSERT_TRUE(trainable->advance());
  ASSERT_TRUE(trainable->save(file));
  const auto size = std::filesystem::file_size(file);
  for (const auto kept : {size - 1, size / 2, std::uintmax_t{100}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(file, kept);
    const auto fresh = make(params("adam"));
    const auto restored = fresh->restore(file);
    ASSERT_FALSE(restored) << kept;
    EXPECT_EQ(restored.error().code, errc::corrupt) << restored.error().message;
    EXPECT_EQ(curve(*fresh), curve(params("adam")));
  }
}

TEST(ClassifierCheckpoint, MissingFilesAndFoldersAreErrors) {
  const auto trainable = make(params("adam"));
  EXPECT_EQ(trainable->restore("no/such/file").error().code, errc::io);
  EXPECT_EQ(trainable->save("no/such/folder/file").error().code, errc::io);
  EXPECT_EQ(trainable->save("/dev/full").error().code, errc::io);
}

TEST(ClassifierCheckpoint, RestoresBeforeTheFirstEpochOnly) {
  const TempDir folder;
  const auto file = folder / "checkpoint";
  const auto trainable = make(params("adam"));
  ASSERT_TRUE(trainable->advance());
  ASSERT_TRUE(trainable->save(file));
  EXPECT_EQ(trainable->restore(file).error().code, errc::illegal_state);
}

TEST(Classifier, CancelEndsAnEpoch) {
  const auto long_one = *make_classifier("classifier", {{"data", "digits.h5"}, {"epochs", 1000000}}, kDigits);
  const auto trainable = *long_one->make({});
  ASSERT_TRUE(trainable->advance());
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    trainable->cancel();
  });
  Result<Progress> progress = trainable->advance();
  while (progress) progress = trainable->advance();
  canceller.join();
  EXPECT_EQ(progress.error().code, errc::cancelled);
}

TEST(Classifier, DevicesThatAreNotThereAreAnError) {
  const auto made = make_classifier("classifier", {{"data", "digits.h5"}, {"device", "cuda:99"}}, kDigits);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_input);
  EXPECT_THAT(made.error().message, HasSubstr("trainer.device"));
}

TEST(Classifier, WrongHyperparametersFailTheTrialsMakingAndAreSaidBeforeASweep) {
  const Assignment wrong({{"lr", 1}});
  const auto made = factory().make({.params = wrong, .directory = {}});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, errc::invalid_input);
  EXPECT_EQ(factory().check(wrong).error().message, made.error().message);
  EXPECT_TRUE(factory().check(params("adam")));
}

}  // namespace
}  // namespace winnow::classifier_test

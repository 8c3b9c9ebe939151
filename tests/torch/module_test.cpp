#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/trainers/module.hpp>

namespace winnow::module_test {
namespace {

using testing::HasSubstr;

const std::filesystem::path kModules = WINNOW_MODULE_DIR;

std::string error_of(const std::string& file, const std::string& type, const Value& options = Value::object()) {
  const auto loaded = load_trainer(file, type, options, kModules);
  return loaded ? "no error" : loaded.error().message;
}

TEST(TrainerModule, ATrainerFromAModuleRuns) {
  const auto factory = load_trainer("libwinnow_test_module_good.so", "good", {{"value", 0.25}}, kModules);
  ASSERT_TRUE(factory) << factory.error().message;
  const auto trainable = *(*factory)->make({});
  const auto progress = trainable->advance();
  EXPECT_EQ(std::get<StepReport>(*progress).metrics, (Metrics{{"value", 0.25}}));
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
}

TEST(TrainerModule, TheMakersErrorIsPassedOn) {
  EXPECT_EQ(error_of("libwinnow_test_module_good.so", "good"), "good in " + kModules.string() + ": no value");
}

TEST(TrainerModule, ALibraryWithoutTheFunctionIsRefused) {
  EXPECT_THAT(error_of("libwinnow_test_module_empty.so", "empty"), HasSubstr("WINNOW_TRAINER_MODULE"));
}

TEST(TrainerModule, AnotherVersionIsRefused) {
  EXPECT_THAT(error_of("libwinnow_test_module_old.so", "old"),
              HasSubstr("version " + std::to_string(kTrainerModuleVersion - 1)));
}

TEST(TrainerModule, AMakerThatThrowsIsAnError) {
  EXPECT_THAT(error_of("libwinnow_test_module_throwing.so", "throwing"), HasSubstr("out of luck"));
  EXPECT_THAT(error_of("libwinnow_test_module_throwing.so", "nothing"), HasSubstr("made no trainer"));
}

TEST(TrainerModule, TheClassifierTrainsFromItsModule) {
  const Value options{{"data", "good.h5"}, {"epochs", 1}};
  const auto factory = load_trainer(kModules / "libwinnow_trainer_classifier.so", "classifier", options,
                                    std::filesystem::path(WINNOW_SOURCE_DIR) / "tests/data/datafiles");
  ASSERT_TRUE(factory) << factory.error().message;
  EXPECT_EQ((*factory)->placement(), Placement::own_thread);
  const auto trainable = *(*factory)->make({});
  EXPECT_EQ(std::get<StepReport>(*trainable->advance()).step, 1);
  EXPECT_TRUE(std::holds_alternative<Finished>(*trainable->advance()));
}

}  // namespace
}  // namespace winnow::module_test

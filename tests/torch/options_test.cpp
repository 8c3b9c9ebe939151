#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <winnow/trainers/torch/detail/device_option.hpp>
#include <winnow/trainers/torch/options.hpp>

namespace winnow::options_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string option_error(Value options) {
  if (options.is_object() && !options.contains("data")) options["data"] = "x.h5";
  const auto read = read_classifier_options(options, ".");
  if (read) return "no error";
  EXPECT_EQ(read.error().code, errc::invalid_input);
  return read.error().message;
}

std::string parameter_error(const std::string& name, const Value& value, const Value& fixed = Value::object()) {
  const auto read = read_hyperparameters(fixed, Assignment({{name, value}}));
  if (read) return "no error";
  EXPECT_EQ(read.error().code, errc::invalid_input);
  return read.error().message;
}

TEST(ClassifierOptions, DefaultsAreAsDocumented) {
  const auto options = read_classifier_options({{"data", "digits.h5"}}, "/sweeps");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->data, "/sweeps/digits.h5");
  EXPECT_EQ(options->epochs, 27);
  EXPECT_EQ(options->device, "cpu");
  EXPECT_EQ(options->dataset.test_fraction, 0.2);
  EXPECT_FALSE(options->dataset.standardize);
  const Hyperparameters expected{.learning_rate = 0.001,
                                 .hidden = 64,
                                 .layers = 1,
                                 .dropout = 0,
                                 .weight_decay = 0,
                                 .batch_size = 32,
                                 .optimizer = OptimizerKind::adam,
                                 .momentum = 0.9,
                                 .activation = Activation::relu};
  EXPECT_EQ(read_hyperparameters(options->fixed, {}), expected);
}

TEST(ClassifierOptions, HyperparametersComeFromTheAssignmentOrAreFixed) {
  const auto options = read_classifier_options({{"data", "x"}, {"optimizer", "sgd"}, {"momentum", 0}}, ".");
  const auto read = read_hyperparameters(
      options->fixed, Assignment({{"learning_rate", 1}, {"hidden", 32.0}, {"layers", 0}, {"activation", "silu"}}));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->optimizer, OptimizerKind::sgd);
  EXPECT_EQ(read->momentum, 0);
  EXPECT_EQ(read->learning_rate, 1);
  EXPECT_EQ(read->hidden, 32);
  EXPECT_EQ(read->layers, 0);
  EXPECT_EQ(read->activation, Activation::silu);
}

TEST(ClassifierOptions, WrongOptionsGetOneClearError) {
  EXPECT_THAT(read_classifier_options(Value::object(), ".").error().message, HasSubstr("trainer.data: missing"));
  EXPECT_THAT(read_classifier_options(Value(), ".").error().message, HasSubstr("trainer.data: missing"));
  EXPECT_THAT(option_error({{"data", 3}}), HasSubstr("trainer.data: must be the name of a file, got 3"));
  EXPECT_THAT(option_error({{"epoch", 3}}), HasSubstr("unknown option 'epoch'; did you mean epochs?"));
  EXPECT_THAT(option_error({{"epochs", 0}}), HasSubstr("trainer.epochs: must be an integer"));
  EXPECT_THAT(option_error({{"epochs", "many"}}), HasSubstr("got \"many\""));
  EXPECT_THAT(option_error({{"test_fraction", 1}}), HasSubstr("less than 1"));
  EXPECT_THAT(option_error({{"standardize", 1}}), HasSubstr("true or false"));
  EXPECT_THAT(option_error({{"device", "gpu"}}), HasSubstr("cpu, auto, cuda or cuda:N, got \"gpu\""));
  EXPECT_THAT(option_error({{"device", "cuda:x"}}), HasSubstr("cuda:N"));
  EXPECT_THAT(option_error({{"hidden", 0}}), HasSubstr("trainer.hidden"));
}

TEST(ClassifierOptions, WrongParametersGetOneClearError) {
  EXPECT_THAT(parameter_error("learning_rat", 0.1), HasSubstr("did you mean learning_rate?"));
  EXPECT_THAT(parameter_error("lr", 0.1), AllOf(HasSubstr("did you mean learning_rate?"), HasSubstr("batch_size")));
  EXPECT_THAT(parameter_error("depth", 2), HasSubstr("did you mean layers?"));
  EXPECT_THAT(parameter_error("colour", 2), AllOf(HasSubstr("'colour'"), testing::Not(HasSubstr("did you mean"))));
  EXPECT_THAT(parameter_error("learning_rate", 0), HasSubstr("must be a number greater than 0, got 0"));
  EXPECT_THAT(parameter_error("learning_rate", "0.1"), HasSubstr("got \"0.1\""));
  EXPECT_THAT(parameter_error("dropout", 1), HasSubstr("of at least 0 and less than 1"));
  EXPECT_THAT(parameter_error("batch_size", 32.5), HasSubstr("must be an integer"));
  EXPECT_THAT(parameter_error("hidden", 1e6), HasSubstr("at most 65536"));
  EXPECT_THAT(parameter_error("optimizer", "adma"), HasSubstr("did you mean adam?"));
  EXPECT_THAT(parameter_error("activation", 3), HasSubstr("must be one of relu, tanh, gelu, silu, got 3"));
  EXPECT_THAT(parameter_error("weight_decay", nullptr), HasSubstr("got null"));
}

TEST(DeviceOption, AutoIsTheSlotsDeviceWhereThereIsCuda) {
  const DeviceShare second{{{.id = "GPU-bb", .ordinal = 1}, {.id = "GPU-cc", .ordinal = 2}}, 2};
  EXPECT_EQ(device_of_trial("auto", second, true), "cuda:1");
  EXPECT_EQ(device_of_trial("auto", second, false), "cpu");
  EXPECT_EQ(device_of_trial("auto", {}, true), "cuda");
  for (const char* named : {"cpu", "cuda", "cuda:3"}) EXPECT_EQ(device_of_trial(named, second, true), named);
  const DeviceShare part{{{.id = "MIG-1"}}, 0.5};
  EXPECT_THAT(device_of_trial("auto", part, true).error().message, HasSubstr("CUDA_VISIBLE_DEVICES=MIG-1"));
}

TEST(ClassifierOptions, AParameterThatIsFixedTooIsAnError) {
  EXPECT_THAT(parameter_error("hidden", 32, {{"hidden", 64}}), HasSubstr("take one of the two out"));
}

}  // namespace
}  // namespace winnow::options_test

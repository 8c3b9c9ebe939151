#include <winnow/trainers/function.hpp>
#include <winnow/trainers/module.hpp>

namespace {

/// Reports once the options' `value`, or says what is wrong.
winnow::Result<std::unique_ptr<winnow::TrainableFactory>> make_good(const std::string& type,
                                                                    const winnow::Value& options,
                                                                    const std::filesystem::path& base) {
  if (!options.contains("value")) {
    return winnow::fail(winnow::errc::invalid_input, type + " in " + base.string() + ": no value");
  }
  return winnow::function_trainer([value = options["value"].get<double>()](winnow::FunctionContext& context) {
    context.report({{"value", value}});
  });
}

}  // namespace

WINNOW_TRAINER_MODULE(make_good)

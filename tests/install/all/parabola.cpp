// A trainer module: one report of (x - 0.3)² and an option.
#include <winnow/trainers/function.hpp>
#include <winnow/trainers/module.hpp>

namespace {

winnow::Result<std::unique_ptr<winnow::TrainableFactory>> make_parabola(const std::string& type,
                                                                        const winnow::Value& options,
                                                                        const std::filesystem::path&) {
  if (!options.contains("offset")) return winnow::fail(winnow::errc::invalid_input, type + ": offset is missing");
  return winnow::function_trainer([offset = options["offset"].get<double>()](winnow::FunctionContext& context) {
    const double x = context.params().find("x")->get<double>() - 0.3;
    context.report({{"loss", x * x + offset}});
  });
}

}  // namespace

WINNOW_TRAINER_MODULE(make_parabola)

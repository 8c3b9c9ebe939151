// Define-by-run, as with Optuna: the objective asks for its parameters while it runs, others on each branch. 40 trials
// fit a curve to twelve points, by a polynomial or by a sum of bells; weak ones are stopped early. Values are drawn
// once: when a sweep goes on after a crash, a trial gets those that it had.
//
//     define_by_run [DIR]
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <vector>

#include <winnow/engine/run.hpp>
#include <winnow/space/dialects/optuna_trial.hpp>
#include <winnow/trainers/function.hpp>

namespace {

constexpr std::array kCurve = {0.1, 0.7, 1.0, 0.8, 0.2, -0.4, -0.9, -1.0, -0.6, 0.1, 0.6, 0.9};

using Terms = std::vector<std::function<double(double)>>;

Terms choose_terms(winnow::optuna::Trial& trial) {
  Terms terms;
  if (trial.suggest_categorical("basis", {"polynomial", "bells"}) == "polynomial") {
    const auto degree = trial.suggest_int("degree", 1, 7);
    for (std::int64_t power = 0; power <= degree; ++power) {
      terms.emplace_back([power](double x) { return std::pow(x, power); });
    }
  } else {
    const auto count = trial.suggest_int("count", 2, 8);
    const double width = trial.suggest_float("width", 0.05, 1, {.log = true});
    for (std::int64_t i = 0; i < count; ++i) {
      const double centre = -1 + 2 * static_cast<double>(i) / static_cast<double>(count - 1);
      terms.emplace_back([=](double x) { return std::exp(-std::pow((x - centre) / width, 2)); });
    }
  }
  return terms;
}

// Gradient descent on the squared error; the mean is reported after every tenth pass.
void fit(winnow::FunctionContext& context) {
  winnow::optuna::Trial trial(context.trial().suggest);
  const Terms terms = choose_terms(trial);
  const double rate = trial.suggest_float("rate", 0.005, 0.1, {.log = true});
  std::vector<double> weights(terms.size());
  for (int pass = 1; pass <= 810; ++pass) {
    double squares = 0;
    for (std::size_t i = 0; i < kCurve.size(); ++i) {
      const double x = -1 + 2 * static_cast<double>(i) / (kCurve.size() - 1);
      double error = -kCurve.at(i);
      for (std::size_t k = 0; k < terms.size(); ++k) error += weights[k] * terms[k](x);
      for (std::size_t k = 0; k < terms.size(); ++k) weights[k] -= rate * error * terms[k](x);
      squares += error * error;
    }
    if (pass % 10 == 0) context.report({{"error", squares / kCurve.size()}});
  }
}

winnow::SweepSpec sweep() {
  using namespace winnow;
  SweepSpec spec;
  spec.name = "curve-fit";
  spec.metrics = {{.name = "error", .goal = Goal::minimize, .target = std::nullopt}};
  spec.space = *optuna::space({{"basis", optuna::categorical_distribution({"polynomial", "bells"})}});
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"max_t", 81}, {"reduction_factor", 3}};
  spec.run_cap = 40;
  return spec;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path dir = argc > 1 ? argv[1] : "";
  const bool again = !dir.empty() && std::filesystem::exists(dir);
  const auto outcome = again ? winnow::resume(dir, winnow::function_trainer(fit))
                             : winnow::run(sweep(), winnow::function_trainer(fit), {.dir = dir});
  if (!outcome || outcome->error) {
    std::fprintf(stderr, "%s\n", outcome ? outcome->error->message.c_str() : outcome.error().message.c_str());
    return 1;
  }
  std::printf("%s; everything is in %s\n", outcome->why.c_str(), outcome->dir.c_str());
  if (!outcome->best) return 1;
  std::printf("best: trial %lld with error %g: %s\n", static_cast<long long>(outcome->best->trial),
              outcome->best->value, outcome->best_params.to_json().dump().c_str());
  return 0;
}

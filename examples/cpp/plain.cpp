// A sweep over a C++ function, without a sweep file: 40 trials of gradient descent on a valley, the weak ones stopped
// early, the best one printed. Run it again with the directory's name to go on with a sweep that was interrupted.
//
//     plain [DIR]
#include <cstdio>
#include <filesystem>
#include <winnow/engine/run.hpp>
#include <winnow/trainers/function.hpp>

namespace {

// Rosenbrock's valley by gradient descent with momentum; the loss of every tenth step is reported.
void descend(winnow::FunctionContext& trial) {
  const double rate = trial.params().find("rate")->get<double>();
  const double momentum = trial.params().find("momentum")->get<double>();
  double x = -1, y = 1.5, dx = 0, dy = 0;
  for (int step = 1; step <= 810; ++step) {
    const double slope_x = -2 * (1 - x) - 400 * x * (y - x * x);
    const double slope_y = 200 * (y - x * x);
    dx = momentum * dx - rate * slope_x;
    dy = momentum * dy - rate * slope_y;
    x += dx;
    y += dy;
    if (step % 10 == 0) trial.report({{"loss", (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x)}});
  }
}

winnow::SweepSpec sweep() {
  using namespace winnow;
  SweepSpec spec;
  spec.name = "valley";
  spec.metrics = {{.name = "loss", .goal = Goal::minimize, .target = std::nullopt}};
  spec.space = *Space::make({
      {.path = {"rate"}, .domain = Float{.law = Law::log_uniform, .a = 1e-5, .b = 1e-2}},
      {.path = {"momentum"}, .domain = Float{.law = Law::uniform, .a = 0, .b = 0.99}},
  });
  spec.scheduler.type = "asha";
  spec.scheduler.options = {{"max_t", 81}, {"reduction_factor", 3}};
  spec.run_cap = 40;
  return spec;
}

}  // namespace

int main(int argc, char** argv) {
  const std::filesystem::path dir = argc > 1 ? argv[1] : "";
  const bool again = !dir.empty() && std::filesystem::exists(dir);
  const auto outcome = again ? winnow::resume(dir, winnow::function_trainer(descend))
                             : winnow::run(sweep(), winnow::function_trainer(descend), {.dir = dir});
  if (!outcome || outcome->error) {
    std::fprintf(stderr, "%s\n", outcome ? outcome->error->message.c_str() : outcome.error().message.c_str());
    return 1;
  }
  std::printf("%s; everything is in %s\n", outcome->why.c_str(), outcome->dir.c_str());
  if (!outcome->best) return 1;
  std::printf("best: trial %lld with loss %g: %s\n", static_cast<long long>(outcome->best->trial), outcome->best->value,
              outcome->best_params.to_json().dump().c_str());
  return 0;
}

// A search space with Ray Tune's functions: a grid crossed with draws, and a value computed from others (sample_from).
// Linear regression by mini-batches; the rate grows with the batch, as the linear scaling rule has it.
//
//     ray_space [DIR]
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <winnow/core/random.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/space/dialects/ray.hpp>
#include <winnow/trainers/function.hpp>

namespace {

template <class T>
T param(const winnow::FunctionContext& trial, const std::string& name) {
  return trial.params().find(name)->get<T>();
}

// y = 3x - 1 with noise, seen one batch at a time; the distance to the true line is reported.
void regress(winnow::FunctionContext& trial) {
  const auto batch = param<std::int64_t>(trial, "batch");
  const double rate = param<double>(trial, "optimizer.rate");
  const double momentum = param<double>(trial, "optimizer.momentum");
  winnow::Rng rng(trial.trial().seed);
  double slope = 0, offset = 0, slope_speed = 0, offset_speed = 0;
  for (int seen = 0, step = 1; step <= 20; ++step) {
    for (; seen < 64 * step; seen += static_cast<int>(batch)) {
      double slope_sum = 0, offset_sum = 0;
      for (std::int64_t i = 0; i < batch; ++i) {
        const double x = 2 * winnow::uniform01(rng) - 1;
        const double error = slope * x + offset - (3 * x - 1 + winnow::uniform01(rng) - 0.5);
        slope_sum += error * x;
        offset_sum += error;
      }
      slope_speed = momentum * slope_speed - rate * slope_sum / static_cast<double>(batch);
      offset_speed = momentum * offset_speed - rate * offset_sum / static_cast<double>(batch);
      slope += slope_speed;
      offset += offset_speed;
    }
    trial.report({{"distance", (slope - 3) * (slope - 3) / 3 + (offset + 1) * (offset + 1)}});
  }
}

winnow::Result<winnow::SweepSpec> sweep() {
  using namespace winnow;
  auto space = ray::space({{"batch", ray::grid_search({8, 16, 64})},
                           {"base_rate", ray::loguniform(0.001, 0.5)},
                           {"optimizer", {{"momentum", ray::uniform(0, 0.9)}, {"rate", ray::sample_from("scaled")}}}});
  if (!space) return fail(space.error());
  SweepSpec spec;
  spec.name = "scaling";
  spec.metrics = {{.name = "distance", .goal = Goal::minimize, .target = std::nullopt}};
  spec.space = std::move(*space);
  spec.num_samples = 6;  // times the grid: 18 trials
  return spec;
}

// Sees the trial's other values, nested ones by their full names (`optimizer.momentum`).
winnow::Value scaled(const winnow::Assignment& others, winnow::Rng&) {
  return others.find("base_rate")->get<double>() * others.find("batch")->get<double>() / 64;
}

}  // namespace

int main(int argc, char** argv) {
  const auto spec = sweep();
  if (!spec) return std::fprintf(stderr, "%s\n", spec.error().message.c_str()), 1;
  winnow::RunOptions options;
  options.dir = argc > 1 ? argv[1] : "";
  options.functions = {{"scaled", scaled}};
  const auto outcome = winnow::run(*spec, winnow::function_trainer(regress), options);
  if (!outcome || outcome->error) {
    std::fprintf(stderr, "%s\n", outcome ? outcome->error->message.c_str() : outcome.error().message.c_str());
    return 1;
  }
  std::printf("%s; everything is in %s\n", outcome->why.c_str(), outcome->dir.c_str());
  if (!outcome->best) return 1;
  std::printf("best: trial %lld with distance %g: %s\n", static_cast<long long>(outcome->best->trial),
              outcome->best->value, outcome->best_params.to_json().dump().c_str());
  return 0;
}

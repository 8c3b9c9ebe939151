// A sweep over a function of this program, through the public run API. Argument: the run directory.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <winnow/engine/run.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/trainers/function.hpp>

constexpr const char* kSweep = R"(
seed: 1
metric: {name: loss, goal: minimize}
parameters: {x: {min: -1.0, max: 1.0}}
scheduler: {type: asha, max_t: 9, grace_period: 1, reduction_factor: 3}
run_cap: 9
slots: 2
)";

void train(winnow::FunctionContext& context) {
  const double x = context.params().find("x")->get<double>();
  for (int step = 1; step <= 9; ++step) context.report({{"loss", x * x + 1.0 / step}}, step);
}

int complain(const winnow::Error& error) {
  return std::fprintf(stderr, "%s\n", error.message.c_str()), 1;
}

int main(int, char** argv) {
  const std::filesystem::path work = argv[1];
  std::filesystem::remove_all(work);
  std::filesystem::create_directories(work);
  std::ofstream(work / "sweep.yaml") << kSweep;

  const auto file = winnow::read_sweep_file(work / "sweep.yaml");
  if (!file) return complain(file.error());
  auto session = winnow::create_session(*file, work / "run", winnow::draw_seed());
  if (!session) return complain(session.error());
  const auto outcome = winnow::run(std::move(*session), winnow::function_trainer(train), {});
  if (!outcome) return complain(outcome.error());

  const auto after = winnow::recover(work / "run");
  if (!after) return complain(after.error());
  const auto best = winnow::best_trial(after->sweep);
  std::printf("%s: %zu trials, best %g\n", outcome->why.c_str(), after->sweep.trials().size(),
              best ? best->value : -1.0);
  return best && after->sweep.trials().size() == 9 ? 0 : 1;
}

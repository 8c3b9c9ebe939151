/// Several trials on one device: bench_packing [--device cuda] [--at 1,2,4,8] [--json FILE]. Needs no CAF, so that
/// scripts/gpu-check can build it.
///
/// The same trials (LibTorch, digits) by so many slots at a time that share the device, in threads with a stream each,
/// and in processes with an equal part of its memory each: trials a second, and the ratio to one after the other.
#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <winnow/base/temp_dir.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/trainers/find_devices.hpp>
#include <winnow/trainers/isolation.hpp>
#include <winnow/trainers/make_trainer.hpp>
#include <winnow/trainers/spawner.hpp>

namespace {

using winnow::Result;

struct Settings {
  std::string device = "auto";
  std::string data;
  std::vector<int> at{1, 2, 4, 8};
  int trials = 16;
  int epochs = 20;
  int hidden = 256;
  int batch_size = 64;
};

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench_packing: %s\n", why.c_str());
  std::exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().message);
  return std::move(*result);
}

winnow::SweepSpec spec_of(const Settings& settings, bool isolated, int slots, bool on_gpu) {
  const winnow::Value file = {
      {"parameters", {{"learning_rate", {{"min", 1e-4}, {"max", 1e-2}}}}},
      {"metric", {{"name", "eval/accuracy"}, {"goal", "maximize"}}},
      {"isolation", isolated ? "process" : "thread"},
      {"resources", {{"gpus", on_gpu ? 1.0 / slots : 0.0}}},
      {"trainer",
       {{"type", "classifier"},
        {"data", settings.data},
        {"device", settings.device},
        {"epochs", settings.epochs},
        {"hidden", settings.hidden},
        {"batch_size", settings.batch_size}}},
  };
  return must(winnow::parse_spec(file.dump(), "bench_packing")).spec;
}

/// Trains a trial to its end.
void train(winnow::TrainableFactory& factory, int number, const winnow::DeviceShare& share,
           const std::filesystem::path& folder) {
  winnow::TrialContext context;
  context.trial = number;
  context.seed = static_cast<std::uint64_t>(number);
  context.params.set("learning_rate", 1e-3);
  context.devices = share;
  context.home = folder / std::to_string(number);
  const auto trainable = must(factory.make(context));
  for (;;) {
    const auto progress = must(trainable->advance());
    if (std::holds_alternative<winnow::Finished>(progress)) return;
    trainable->answered(1, winnow::Verdict::go_on);
  }
}

/// Seconds that the trials take; what each slot does once (a process, CUDA's start) isn't in it.
double seconds(winnow::TrainableFactory& factory, const Settings& settings, int slots,
               const winnow::DeviceShare& share) {
  const winnow::TempDir folder = must(winnow::TempDir::make("winnow-bench-packing"));
  const auto all = [&](int trials) {
    std::mutex mutex;
    int next = 0;
    std::vector<std::thread> threads;
    for (int slot = 0; slot < slots; ++slot) {
      threads.emplace_back([&] {
        for (;;) {
          int number = 0;
          {
            const std::lock_guard lock(mutex);
            if (next == trials) return;
            number = next++;
          }
          train(factory, number, share, folder.path());
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  };
  all(slots);
  const auto began = std::chrono::steady_clock::now();
  all(settings.trials);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (winnow::is_worker()) winnow::serve_sweep();
  Settings settings;
  std::string json;
  CLI::App app("Trials that share a device: trials a second, by how many at a time");
  app.add_option("--data", settings.data, "examples/digits/digits.h5")->required();
  app.add_option("--device", settings.device, "cpu, auto, cuda or cuda:N")->capture_default_str();
  app.add_option("--at", settings.at, "trials at a time")->delimiter(',')->capture_default_str();
  app.add_option("--trials", settings.trials)->capture_default_str();
  app.add_option("--epochs", settings.epochs)->capture_default_str();
  app.add_option("--hidden", settings.hidden)->capture_default_str();
  app.add_option("--batch-size", settings.batch_size)->capture_default_str();
  app.add_option("--json", json, "a file for the figures");
  CLI11_PARSE(app, argc, argv);

  // The helper, and what finds the devices, want a process with one thread.
  const auto spawner = must(winnow::Spawner::start());
  winnow::DeviceShare whole;
  if (settings.device != "cpu") whole.devices = must(winnow::find_devices());
  if (whole.devices.size() > 1) whole.devices.resize(1);

  winnow::OrderedJson figures = winnow::OrderedJson::array();
  for (const bool isolated : {false, true}) {
    double alone = 0;
    for (const int slots : settings.at) {
      winnow::DeviceShare share = whole;
      if (!share.devices.empty()) share.gpus = 1.0 / slots;
      const winnow::SweepSpec spec = spec_of(settings, isolated, slots, !share.devices.empty());
      winnow::Surroundings around;
      around.slots = slots;
      const auto made = must(winnow::make_trainer(spec, ".", spawner, around));
      const double rate = settings.trials / seconds(*made.factory, settings, slots, share);
      if (alone == 0) alone = rate;
      std::printf("%-8s %d at a time: %7.3f trials/s, %.2f times one after the other\n",
                  isolated ? "process" : "thread", slots, rate, rate / alone);
      std::fflush(stdout);
      figures.push_back({{"isolation", isolated ? "process" : "thread"},
                         {"at_a_time", slots},
                         {"trials_per_second", rate},
                         {"ratio", rate / alone}});
    }
  }
  if (!json.empty()) std::ofstream(json) << figures.dump(2) << '\n';
}

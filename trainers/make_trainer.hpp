/// From a sweep file to what a slot runs: the `trainer` it names (built in, or a module that is loaded only when
/// needed), or its program or command.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <winnow/spec/spec.hpp>
#include <winnow/trainers/command.hpp>
#include <winnow/trainers/trainable.hpp>

namespace winnow {

struct MadeTrainer {
  std::shared_ptr<TrainableFactory> factory;
  std::vector<std::string> notes;  ///< what the user should know
  std::string starts_in;           ///< of a program: the folder, and why that one; else empty
};

/// What a sweep file's program means here. Fails with `invalid_input`.
struct Program {
  CommandOptions options;
  std::vector<std::string> notes;
  std::string starts_in;  ///< for people: the folder, and why that one
};
/// What the sweep file doesn't know.
struct Surroundings {
  std::filesystem::path started_from{};  ///< where programs start that aren't in the sweep file's folder; empty: here
  int threads = 0;                       ///< of a program's numerical libraries; 0: as many as they like
  int slots = 1;                         ///< trials at a time
};
/// `base`: folder of the sweep file.
Result<Program> program_of(const SweepSpec& spec, const std::filesystem::path& base, const Surroundings& around = {});

/// For a program, and for `isolation: process`, `spawner` starts the processes; null: one is started, which needs a
/// process with one thread. A program that takes the latter serves as its own workers (serve_sweep). Fails with
/// `invalid_input`: nothing to run, unknown type, wrong options or data, a command that starts nothing here.
Result<MadeTrainer> make_trainer(const SweepSpec& spec, const std::filesystem::path& base,
                                 std::shared_ptr<Spawner> spawner = nullptr, const Surroundings& around = {});

/// A sweep's trainer that is no program, and that takes the sweep's parameters and its scheduler. Fails as above.
Result<std::shared_ptr<TrainableFactory>> trainer_for(const SweepSpec& spec, const std::filesystem::path& base);

/// In main of a program that is a worker (isolation.hpp) of a sweep file's trainer: serves to the end of the process.
[[noreturn]] void serve_sweep();

/// A trainer by its type alone. `base`: folder of relative paths.
Result<std::shared_ptr<TrainableFactory>> make_trainer(const TrainerSpec& spec, const std::filesystem::path& base);

}  // namespace winnow

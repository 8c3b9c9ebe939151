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
};

/// What a sweep file's program means here. Fails with `invalid_input`.
struct Program {
  CommandOptions options;
  std::vector<std::string> notes;
};
/// `base`: folder of the sweep file; `started_from`: the working directory, where a program is looked for that isn't in
/// `base`.
Result<Program> program_of(const SweepSpec& spec, const std::filesystem::path& base,
                           const std::filesystem::path& started_from);

/// For a program, `spawner` starts the processes; null: one is started, which needs a process with one thread.
/// `started_from`: empty: the working directory. Fails with `invalid_input`: nothing to run, unknown type, wrong
/// options or data.
Result<MadeTrainer> make_trainer(const SweepSpec& spec, const std::filesystem::path& base,
                                 std::shared_ptr<Spawner> spawner = nullptr,
                                 const std::filesystem::path& started_from = {});

/// A trainer by its type alone. `base`: folder of relative paths.
Result<std::shared_ptr<TrainableFactory>> make_trainer(const TrainerSpec& spec, const std::filesystem::path& base);

}  // namespace winnow

/// Trainers in shared libraries, loaded only when a sweep needs them (docs/architecture.md, "Decisions"). A module
/// exports one C function:
///
///     WINNOW_TRAINER_MODULE(make_my_trainer)
///
/// where `make_my_trainer` has the type `TrainerMaker`. The sweep file names it: `trainer: {type: mine, module:
/// ./libmine.so}`; a type without `module` is looked up among the built-in ones, then as `libwinnow_trainer_<type>.so`
/// in the module folder
/// (`$WINNOW_MODULE_PATH`, else `../lib/winnow` beside the program).
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <winnow/trainers/trainable.hpp>

namespace winnow {

/// `options` are the keys of `trainer` except type and module; `base` is the folder of relative paths. Fails with
/// `invalid_input` for options or data files that are wrong.
using TrainerMaker = Result<std::unique_ptr<TrainableFactory>> (*)(const std::string& type, const Value& options,
                                                                   const std::filesystem::path& base);

/// Grows with any change of trainable.hpp that an old module would not survive.
inline constexpr int kTrainerModuleVersion = 5;

struct TrainerModule {
  int version;
  TrainerMaker make;
};

}  // namespace winnow

#define WINNOW_TRAINER_MODULE(maker)                                                                       \
  extern "C" __attribute__((visibility("default"))) const winnow::TrainerModule* winnow_trainer_module() { \
    static const winnow::TrainerModule module{winnow::kTrainerModuleVersion, maker};                       \
    return &module;                                                                                        \
  }

namespace winnow {

/// Loads the module (once; it stays loaded) and makes its trainer. Fails with `invalid_input`: no such file, no such
/// symbol, another version, or what the maker says.
Result<std::unique_ptr<TrainableFactory>> load_trainer(const std::filesystem::path& module, const std::string& type,
                                                       const Value& options, const std::filesystem::path& base);

}  // namespace winnow

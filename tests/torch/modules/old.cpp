#include <winnow/trainers/module.hpp>

extern "C" __attribute__((visibility("default"))) const winnow::TrainerModule* winnow_trainer_module() {
  static const winnow::TrainerModule module{winnow::kTrainerModuleVersion - 1, nullptr};
  return &module;
}

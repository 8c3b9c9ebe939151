#include <winnow/trainers/module.hpp>
#include <winnow/trainers/torch/hf_trainer.hpp>

WINNOW_TRAINER_MODULE(winnow::make_hf_trainer)

#include <winnow/trainers/module.hpp>
#include <winnow/trainers/torch/classifier.hpp>

WINNOW_TRAINER_MODULE(winnow::make_classifier)

// The classifier and LibTorch in a program of one's own; it is built, not run.
#include <torch/types.h>
#include <winnow/trainers/torch/classifier.hpp>

int main(int, char** argv) {
  const torch::Tensor ones = torch::ones({2, 3});
  const auto factory = winnow::make_classifier("classifier", {{"data", argv[1]}}, ".");
  return factory && ones.sum().item<double>() == 6 ? 0 : 1;
}

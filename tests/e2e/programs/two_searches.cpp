/// two_searches FOLDER SLOTS: two searches one after the other. With more than one slot trials have processes of their
/// own, and in a worker of the second search the first one's result is what it was. With DRIFT in the environment the
/// second search is another one in each process; EPOCHS says how long a trial trains (2). With HEEDS a SIGINT ends the
/// search in good order; with CRASHES trial 1 of a search ends the process; with ISOLATED processes are asked for.
#include <torch/torch.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <winnow/trainers/torch/trainer.hpp>

namespace hf = winnow::hf;

namespace {

std::atomic<int> interrupts{0};

struct Net : torch::nn::Module {
  Net()
      : hidden(register_module("hidden", torch::nn::Linear(1, 8))),
        dropout(register_module("dropout", torch::nn::Dropout(0.5))),  // of LibTorch's own generator
        linear(register_module("linear", torch::nn::Linear(8, 1))) {}
  hf::ModelOutput forward(const hf::Batch& batch) {
    const torch::Tensor y = linear(dropout(hidden(batch.at("x"))));
    return {torch::mse_loss(y, batch.at("labels")), y};
  }
  torch::nn::Linear hidden;
  torch::nn::Dropout dropout;
  torch::nn::Linear linear;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  if (std::getenv("HEEDS") != nullptr) std::signal(SIGINT, [](int) { ++interrupts; });
  const std::filesystem::path folder = argv[1];
  const torch::Tensor x = torch::linspace(-1, 1, 64).unsqueeze(1);
  hf::TrainingArguments args;
  args.num_train_epochs = std::getenv("EPOCHS") != nullptr ? std::atoi(std::getenv("EPOCHS")) : 2;
  args.evaluation_strategy = "epoch";
  args.device = "cpu";
  const auto rows = hf::tensor_rows({{"x", x}, {"labels", 3 * x}}).value();
  auto trainer = hf::Trainer::make({.model_init =
                                        [](const hf::Trial* trial) {
                                          const bool crashes = std::getenv("CRASHES") != nullptr;
                                          if (crashes && trial != nullptr && trial->number == 1) std::raise(SIGSEGV);
                                          return hf::model_of(std::make_shared<Net>());
                                        },
                                    .args = args,
                                    .train_dataset = rows,
                                    .eval_dataset = rows});
  double best = 1;
  for (const char* name : {"first", "second"}) {
    hf::SearchOptions options;
    const double most = std::getenv("DRIFT") != nullptr && best != 1 ? ::getpid() : best;
    options.backend = hf::Backend::ray;
    options.hp_space = "learning_rate: tune.loguniform(1e-4, " + std::to_string(1 + most) + ")";
    options.n_trials = 4;
    options.seed = 3;
    options.slots = std::atoi(argv[2]);
    if (std::getenv("ISOLATED") != nullptr) options.isolation = winnow::Isolation::process;
    options.dir = folder / name;
    options.interrupts = &interrupts;
    const auto runs = trainer->hyperparameter_search(options);
    if (!runs) return std::fprintf(stderr, "%s: %s\n", name, runs.error().message.c_str()), 1;
    best = runs->front().objective.front();
    std::printf("%s: %s\n", name, runs->front().run_id.c_str());
  }
  return 0;
}

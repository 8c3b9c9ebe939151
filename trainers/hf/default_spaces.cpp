#include <winnow/space/dialects/dialect.hpp>
#include <winnow/trainers/hf/search_rules.hpp>

namespace winnow::hf {
namespace {

constexpr std::string_view kOptuna = R"([
  'trial.suggest_float("learning_rate", 1e-6, 1e-4, log=True)',
  'trial.suggest_int("num_train_epochs", 1, 5)',
  'trial.suggest_int("seed", 1, 40)',
  'trial.suggest_categorical("per_device_train_batch_size", [4, 8, 16, 32, 64])',
])";

constexpr std::string_view kRay = R"(
learning_rate: tune.loguniform(1e-6, 1e-4)
num_train_epochs: tune.choice([1, 2, 3, 4, 5])
seed: tune.uniform(1, 40)
per_device_train_batch_size: tune.choice([4, 8, 16, 32, 64])
)";

constexpr std::string_view kSigopt = R"(
- {name: learning_rate, type: double, bounds: {min: 1e-6, max: 1e-4}, transformation: log}
- {name: num_train_epochs, type: int, bounds: {min: 1, max: 6}}
- {name: seed, type: int, bounds: {min: 1, max: 40}}
- {name: per_device_train_batch_size, type: categorical, categorical_values: ["4", "8", "16", "32", "64"]}
)";

constexpr std::string_view kWandb = R"(
method: random
metric: {name: objective, goal: minimize}
parameters:
  learning_rate: {distribution: uniform, min: 1e-6, max: 1e-4}
  num_train_epochs: {distribution: int_uniform, min: 1, max: 6}
  seed: {distribution: int_uniform, min: 1, max: 40}
  per_device_train_batch_size: {values: [4, 8, 16, 32, 64]}
)";

struct Row {
  Dialect dialect;
  std::string_view text;
};

const Row& row_of(Backend backend) {
  static constexpr Row kRows[] = {
      {Dialect::optuna, kOptuna}, {Dialect::ray, kRay}, {Dialect::sigopt, kSigopt}, {Dialect::wandb, kWandb}};
  return kRows[static_cast<std::size_t>(backend)];
}

}  // namespace

std::string_view default_space_text(Backend backend) {
  return row_of(backend).text;
}

Space default_space(Backend backend) {
  const auto& [dialect, text] = row_of(backend);
  const Document document = parse_document(text, to_string(backend)).value();
  const Node* parameters = dialect == Dialect::wandb ? document.root.find("parameters") : &document.root;
  Diagnostics diagnostics(document.file);
  return read_space(dialect, *parameters, diagnostics);
}

}  // namespace winnow::hf

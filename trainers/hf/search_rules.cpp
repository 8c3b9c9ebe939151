#include <algorithm>
#include <array>
#include <winnow/core/nearest.hpp>
#include <winnow/trainers/fields.hpp>
#include <winnow/trainers/hf/search_rules.hpp>

namespace winnow::hf {
namespace {

constexpr std::array<std::string_view, 4> kBackends = {"optuna", "ray", "sigopt", "wandb"};

bool is_loss_of_a_set(std::string_view metric) {
  return metric.starts_with("eval_") && metric.ends_with("_loss");
}

}  // namespace

bool is_of_the_clock(std::string_view metric) {
  return metric.ends_with("_runtime") || metric.ends_with("_per_second") || metric.ends_with("_compilation_time");
}

std::string_view to_string(Backend backend) {
  return kBackends.at(static_cast<std::size_t>(backend));
}

Result<Backend> backend_named(std::string_view name) {
  const auto* const found = std::find(kBackends.begin(), kBackends.end(), name);
  if (found != kBackends.end()) return static_cast<Backend>(found - kBackends.begin());
  const std::vector<std::string> names(kBackends.begin(), kBackends.end());
  return fail(errc::invalid_input, "backend: must be one of " + fields::listed(names) + ", got '" + std::string(name) +
                                       "'" + did_you_mean(name, names));
}

Result<Backend> default_backend(std::span<const Backend> available) {
  if (!available.empty()) return *std::min_element(available.begin(), available.end());
  return fail(errc::invalid_input, "backend: no hyperparameter search backend is available");
}

Result<std::vector<Goal>> goals_named(std::span<const std::string> directions) {
  std::vector<Goal> goals;
  for (const std::string& direction : directions) {
    if (direction != "minimize" && direction != "maximize") {
      return fail(errc::invalid_input, "direction: must be minimize or maximize, got '" + direction + "'");
    }
    goals.push_back(direction == "minimize" ? Goal::minimize : Goal::maximize);
  }
  if (goals.empty()) return fail(errc::invalid_input, "direction: must name at least one of minimize and maximize");
  return goals;
}

Result<Objective> default_objective(const Metrics& metrics) {
  double sum = 0;
  bool has_others = false;
  std::vector<std::string> losses;
  for (const auto& [name, value] : metrics) {
    if (name == "eval_loss" || name == "epoch" || is_of_the_clock(name)) continue;
    sum += value;
    has_others = true;
    if (is_loss_of_a_set(name)) losses.push_back(name);
  }
  if (!has_others) {
    const double* loss = find_metric(metrics, "eval_loss");
    if (loss != nullptr) return Objective{*loss};
    return fail(errc::invalid_input, "objective: the evaluation gave neither eval_loss nor another metric");
  }
  if (losses.empty()) return Objective{sum};
  return Objective{sum, "the objective is the sum of all metrics, and these are losses of evaluation sets: " +
                            fields::listed(losses) + "; compute_objective can choose"};
}

Result<std::filesystem::path> run_directory(const TrainingArguments& arguments, std::string_view run_id,
                                            const std::optional<std::string>& name) {
  const std::filesystem::path folder = name ? *name : "run-" + std::string(run_id);
  const bool leads_out = folder.empty() || folder.has_root_path() ||
                         std::any_of(folder.begin(), folder.end(), [](const auto& part) { return part == ".."; });
  if (!leads_out) return arguments.output_dir / folder;
  return fail(errc::invalid_input,
              "hp_name: must be the name of a folder in output_dir, got '" + folder.string() + "'");
}

Result<TrialArguments> trial_arguments(TrainingArguments own, const Assignment& trial, Backend backend) {
  TrialArguments result{.arguments = std::move(own)};
  for (const auto& [name, value] : trial.entries()) {
    const bool is_wandbs = backend == Backend::wandb && (name == "assignments" || name == "metric");
    if (is_wandbs || (backend == Backend::ray && name == "wandb")) continue;
    auto written = hf::set(result.arguments, name, value);
    if (!written) return fail(std::move(written.error()));
    result.trained.set(name, written->trained.value_or(value));
    if (!written->warning.empty()) result.warnings.push_back(std::move(written->warning));
  }
  return result;
}

}  // namespace winnow::hf

#include <winnow/spec/convert.hpp>

#include <fmt/format.h>

#include <winnow/spec/print.hpp>
#include <winnow/spec/sigopt_experiment.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow {
namespace {

/// Notes on what of the sweep doesn't come along.
class Lost {
public:
  Lost(const SweepSpec& spec, std::string tool, std::vector<std::string>& notes)
      : spec_(spec), tool_(std::move(tool)), notes_(notes) {}

  void scheduler() { note("scheduler", spec_.scheduler.type != "fifo", spec_.scheduler.type); }
  void method() { note("method", true, spec_.method); }
  void metrics() { note("metric", !spec_.metrics.empty(), spec_.metrics.empty() ? "" : spec_.metrics.front().name); }
  void trials() { note("run_cap", spec_.run_cap.has_value(), fmt::to_string(spec_.run_cap.value_or(0))); }
  void program() { note("command", spec_.runs_program(), "a program"); }
  void trainer() { note("trainer", !spec_.trainer.type.empty(), spec_.trainer.type); }

private:
  void note(std::string_view key, bool is_said, const std::string& value) {
    if (is_said) notes_.push_back(fmt::format("{}: {} isn't part of a file of {}", key, value, tool_));
  }

  const SweepSpec& spec_;
  std::string tool_;
  std::vector<std::string>& notes_;
};

OrderedJson wandb_metric(const MetricSpec& metric) {
  OrderedJson json{{"name", metric.name}, {"goal", to_string(metric.goal)}};
  if (metric.target) json["target"] = *metric.target;
  return json;
}

void put_wandb(const SweepSpec& spec, PrintedSpace& converted) {
  OrderedJson file{{"name", spec.name}, {"method", spec.method}};
  if (!spec.project.empty()) file["project"] = spec.project;
  if (!spec.entity.empty()) file["entity"] = spec.entity;
  if (!spec.program.empty()) file["program"] = spec.program;
  if (!spec.command.empty()) file["command"] = spec.command;
  if (!spec.metrics.empty()) file["metric"] = wandb_metric(spec.metrics.front());
  if (spec.metrics.size() > 1) {
    converted.notes.push_back(fmt::format("metrics: W&B optimises one; {} is kept", spec.metrics.front().name));
  }
  if (spec.run_cap) file["run_cap"] = *spec.run_cap;
  Lost lost(spec, "W&B", converted.notes);
  if (spec.scheduler.type == "wandb_hyperband") {
    file["early_terminate"] = {{"type", "hyperband"}};
    for (const auto& [key, value] : spec.scheduler.options.items()) file["early_terminate"][key] = value;
  } else {
    lost.scheduler();
  }
  if (spec.method != "random" && spec.method != "grid" && spec.method != "bayes") {
    file["method"] = "random";
    lost.method();
  }
  lost.trainer();
  file["parameters"] = std::move(converted.json);
  converted.json = std::move(file);
}

void put_sigopt(const SweepSpec& spec, PrintedSpace& converted) {
  OrderedJson file{{"name", spec.name}};
  if (!spec.project.empty()) file["project"] = spec.project;
  for (const auto& [key, value] : converted.json.items()) file[key] = value;
  for (const MetricSpec& metric : spec.metrics) {
    OrderedJson json{{"name", metric.name}, {"objective", to_string(metric.goal)}, {"strategy", "optimize"}};
    if (metric.threshold) json["threshold"] = *metric.threshold;
    file["metrics"].push_back(std::move(json));
  }
  for (const OtherMetric& metric : spec.other_metrics) {
    OrderedJson json{
        {"name", metric.name}, {"objective", to_string(metric.goal)}, {"strategy", to_string(metric.strategy)}};
    if (metric.threshold) json["threshold"] = *metric.threshold;
    file["metrics"].push_back(std::move(json));
  }
  if (spec.run_cap) file["observation_budget"] = *spec.run_cap;
  if (spec.slots > 0) file["parallel_bandwidth"] = spec.slots;
  Lost lost(spec, "SigOpt", converted.notes);
  lost.scheduler();
  if (spec.method != "gp") lost.method();
  lost.program();
  lost.trainer();
  converted.json = std::move(file);
}

/// What a bare file says of a sweep: SigOpt's experiments say all.
std::optional<SweepSpec> spec_of(const SpaceFile& file) {
  if (file.dialect != Dialect::sigopt || !file.root.is_mapping()) return std::nullopt;
  SweepSpec spec;
  spec.name = file.path.stem().string();
  Diagnostics diagnostics(file.path.string());
  spec.method = read_sigopt_experiment(file.root, spec, diagnostics).value_or("gp");
  return diagnostics.ok() ? std::optional(std::move(spec)) : std::nullopt;
}

}  // namespace

PrintedSpace convert(const Input& input, Dialect to) {
  const auto* sweep = std::get_if<SweepFile>(&input);
  const Space& space = sweep != nullptr ? sweep->parsed.spec.space : std::get<SpaceFile>(input).space;
  PrintedSpace converted = print_space(to, space);
  const std::optional<SweepSpec> whole =
      sweep != nullptr ? std::optional(sweep->parsed.spec) : spec_of(std::get<SpaceFile>(input));
  if (!whole) {
    if (to == Dialect::wandb) {
      converted.json = {{"method", "random"}, {"parameters", std::move(converted.json)}};
      converted.notes.emplace_back("method: random is put in, since a space names none");
    }
    return converted;
  }
  const SweepSpec& spec = *whole;
  if (to == Dialect::wandb) {
    put_wandb(spec, converted);
  } else if (to == Dialect::sigopt) {
    put_sigopt(spec, converted);
  } else {
    Lost lost(spec, to == Dialect::ray ? "Ray Tune" : "Optuna", converted.notes);
    lost.method();
    lost.metrics();
    lost.scheduler();
    lost.trials();
    lost.program();
    lost.trainer();
  }
  return converted;
}

}  // namespace winnow

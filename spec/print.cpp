#include <winnow/spec/print.hpp>

#include <winnow/space/dialects/wandb.hpp>
#include <winnow/space/linear_constraints.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/spec/settings.hpp>

namespace winnow {

namespace {

/// The options' own keys beside the fixed ones.
OrderedJson with_options(OrderedJson fixed, const Value& options) {
  for (const auto& [key, value] : options.items()) fixed[key] = value;
  return fixed;
}

void put_process(const ProcessSpec& process, bool runs, OrderedJson& file) {
  OrderedJson section;
  if (!process.directory.empty()) section["directory"] = process.directory;
  for (const auto& [name, value] : process.env) section["env"][name] = value;
  for (const auto& [name, pattern] : process.metrics) section["stdout"][name] = pattern;
  if (!process.log_limit) section["log_limit"] = "none";
  if (process.log_limit && process.log_limit != ProcessSpec().log_limit) section["log_limit"] = *process.log_limit;
  if (runs && !process.wandb) section["wandb"] = false;
  if (!section.is_null()) file["process"] = std::move(section);
}

void put_trainable(const SweepSpec& spec, OrderedJson& file) {
  if (!spec.trainer.type.empty()) {
    OrderedJson fixed{{"type", spec.trainer.type}};
    if (!spec.trainer.module.empty()) fixed["module"] = spec.trainer.module;
    if (spec.trainer.ranks > 1) fixed["ranks"] = spec.trainer.ranks;
    file["trainer"] = with_options(std::move(fixed), spec.trainer.options);
  }
  if (!spec.program.empty()) file["program"] = spec.program;
  if (!spec.command.empty()) file["command"] = spec.command;
  put_process(spec.process, spec.runs_program(), file);
}

}  // namespace

OrderedJson sweep_file(const SweepSpec& spec) {
  OrderedJson file{{"name", spec.name}, {"method", spec.method}};
  if (spec.seed) file["seed"] = *spec.seed;
  if (!spec.project.empty()) file["project"] = spec.project;
  if (!spec.entity.empty()) file["entity"] = spec.entity;
  if (spec.trial_seed) file["trial_seed"] = *spec.trial_seed;
  put_metrics(spec, file);
  file["parameters"] = wandb::to_json(spec.space);
  if (!spec.space.constraints().empty()) file["linear_constraints"] = to_json(spec.space.constraints());
  if (spec.num_samples != 1) file["num_samples"] = spec.num_samples;
  OrderedJson scheduler{{"type", spec.scheduler.type}, {"resource", spec.scheduler.resource}};
  if (spec.scheduler.metric) scheduler["metric"] = *spec.scheduler.metric;
  file["scheduler"] = with_options(std::move(scheduler), spec.scheduler.options);
  if (!spec.sampler_options.empty()) {
    file["sampler"] = with_options({{"type", spec.method}}, spec.sampler_options);
  }
  put_trainable(spec, file);
  for (const Assignment& point : spec.start_with) file["start_with"].push_back(spec.space.nest(point));
  if (!spec.fixed.empty()) file["fixed"] = spec.space.nest(spec.fixed);
  if (spec.repeat != 1) file["repeat"] = spec.repeat;
  if (spec.repeats) file["repeats"] = *spec.repeats;
  for (const auto& [name, value] : settings_of(spec)) {
    if (!value.is_null()) put_setting(file, name, value);
  }
  return file;
}

}  // namespace winnow

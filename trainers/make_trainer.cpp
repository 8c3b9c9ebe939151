#include <winnow/trainers/make_trainer.hpp>

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <sstream>
#include <vector>

#include <winnow/base/program_path.hpp>
#include <winnow/space/unit_axis.hpp>
#include <winnow/spec/record.hpp>
#include <winnow/trainers/isolation.hpp>
#include <winnow/trainers/landscape.hpp>
#include <winnow/trainers/module.hpp>

namespace winnow {
namespace {

struct BuiltIn {
  std::string_view type;
  TrainerMaker make;
};

constexpr std::array kBuiltIn{BuiltIn{"landscape", &make_landscape}};

/// The folders that may hold `libwinnow_trainer_<type>.so`.
std::vector<std::filesystem::path> module_folders() {
  std::vector<std::filesystem::path> folders;
  if (const char* path = std::getenv("WINNOW_MODULE_PATH")) {
    std::stringstream parts(path);
    for (std::string part; std::getline(parts, part, ':');) {
      if (!part.empty()) folders.emplace_back(part);
    }
  }
  const auto program = program_path();
  if (!program.empty()) folders.push_back(program.parent_path().parent_path() / "lib" / "winnow");
  return folders;
}

Result<std::unique_ptr<TrainableFactory>> find_trainer(const TrainerSpec& spec, const std::filesystem::path& base) {
  if (!spec.module.empty()) return load_trainer(base / spec.module, spec.type, spec.options, base);
  for (const BuiltIn& built_in : kBuiltIn) {
    if (built_in.type == spec.type) return built_in.make(spec.type, spec.options, base);
  }
  const auto folders = module_folders();
  for (const auto& folder : folders) {
    const auto module = folder / ("libwinnow_trainer_" + spec.type + ".so");
    std::error_code ignored;
    if (std::filesystem::exists(module, ignored)) return load_trainer(module, spec.type, spec.options, base);
  }
  std::string looked;
  for (const auto& folder : folders) looked += (looked.empty() ? "" : ", ") + folder.string();
  return fail(errc::invalid_input, fmt::format("trainer.type: no trainer '{}'; built in is landscape, and no "
                                               "libwinnow_trainer_{}.so is in {}",
                                               spec.type, spec.type, looked));
}

/// Values of a parameter to try: each choice, or one in the middle.
std::vector<Value> examples_of(const Domain& domain) {
  constexpr std::size_t kMost = 100;
  if (std::holds_alternative<Computed>(domain)) return {};
  const UnitAxis axis(domain);
  if (axis.kind() != UnitAxis::Kind::categorical) return {axis.value(0.5)};
  std::vector<Value> values = std::get<Categorical>(domain).values;
  if (values.size() > kMost) values.resize(kMost);
  return values;
}

/// Its workers make the trainer of what the record says.
Result<std::shared_ptr<TrainableFactory>> isolated(const SweepSpec& spec, const std::filesystem::path& base,
                                                   std::shared_ptr<Spawner> spawner, int slots) {
  IsolationOptions options = isolation_of(spec, slots);
  options.words = {"winnow", "worker", spec.name};
  auto factory =
      isolated_trainer({{"spec", spec_record(spec).dump()}, {"base", base.string()}}, options, std::move(spawner));
  if (!factory) return fail(std::move(factory.error()));
  return std::shared_ptr<TrainableFactory>(std::move(*factory));
}

}  // namespace

void serve_sweep() {
  const Value job = worker_job();
  const auto spec = spec_of_record(OrderedJson::parse(job.at("spec").get<std::string>()));
  if (!spec) refuse_job(spec.error());
  auto factory = trainer_for(*spec, job.at("base").get<std::string>());
  if (!factory) refuse_job(factory.error());
  serve_job(std::move(*factory));
}

Result<MadeTrainer> make_trainer(const SweepSpec& spec, const std::filesystem::path& base,
                                 std::shared_ptr<Spawner> spawner, const Surroundings& around) {
  MadeTrainer made;
  const bool has_processes = spec.runs_program() || spec.isolation == Isolation::process;
  if (!spawner && has_processes) {
    auto started = Spawner::start();
    if (!started) return fail(started.error());
    spawner = std::move(*started);
  }
  if (!spec.runs_program()) {
    auto factory = spec.isolation == Isolation::process ? isolated(spec, base, std::move(spawner), around.slots)
                                                        : trainer_for(spec, base);
    if (!factory) return fail(factory.error());
    if (around.slots > 1 && (*factory)->shares_draws()) {
      made.notes.emplace_back(kThreadsShareDraws);
    }
    if (spec.gpus.value_or(0) > 0 && !(*factory)->uses_devices()) {
      made.notes.emplace_back(
          "resources.gpus: each trial has a device, and trains on the CPU: trainer.device says so (auto is right), or "
          "LibTorch finds no GPU");
    }
    made.factory = std::move(*factory);
    return made;
  }
  auto program = program_of(spec, base, around);
  if (!program) return fail(program.error());
  // The first word is the same for all trials, unless a macro of their parameters is in it.
  if (const auto words = command_line(program->options, {})) {
    const auto missing = missing_program(program->options, *words);
    if (missing) return fail(errc::invalid_input, "command: " + *missing);
  }
  auto factory = command_trainer(std::move(program->options), std::move(spawner));
  if (!factory) return fail(factory.error());
  made.factory = std::move(*factory);
  made.notes = std::move(program->notes);
  made.starts_in = std::move(program->starts_in);
  return made;
}

Result<std::shared_ptr<TrainableFactory>> make_trainer(const TrainerSpec& spec, const std::filesystem::path& base) {
  if (spec.type.empty()) {
    return fail(
        errc::invalid_input,
        "nothing to run: add `program: …`, `command: […]` or `trainer: {type: …}`, or use `winnow asktell` to "
        "bring a loop of your own. A search of a program's own (hyperparameter_search in C++) goes on when that "
        "program is run again with the same directory");
  }
  auto factory = find_trainer(spec, base);
  if (!factory) return fail(factory.error());
  return std::shared_ptr<TrainableFactory>(std::move(*factory));
}

Result<std::shared_ptr<TrainableFactory>> trainer_for(const SweepSpec& spec, const std::filesystem::path& base) {
  auto factory = make_trainer(spec.trainer, base);
  if (!factory) return factory;
  for (const Parameter& parameter : spec.space.parameters()) {
    for (const Value& value : examples_of(parameter.domain)) {
      auto fits = (*factory)->check(Assignment({{parameter.name(), value}}));
      if (!fits) return fail(std::move(fits.error()));
    }
  }
  if (spec.trainer.ranks > 1 && !(*factory)->takes_ranks()) {
    return fail(errc::invalid_input,
                fmt::format("trainer.ranks: {} trains in one process; without ranks is right", spec.trainer.type));
  }
  const std::string once = (*factory)->reports_once();
  // Optuna's dialect brings its pruner where nobody asked for one, and that one is content with nothing to look at.
  if (!once.empty() && spec.scheduler.type != "fifo" && spec.scheduler.type != "optuna_median") {
    return fail(errc::invalid_input,
                "scheduler: " + spec.scheduler.type + " needs reports while trials train, and " + once);
  }
  return factory;
}

}  // namespace winnow

/// What a sweep file's program means on this machine: where it starts, and what stands in for wandb.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <winnow/base/program_path.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/spec/objective.hpp>
#include <winnow/trainers/make_trainer.hpp>
#include <winnow/trainers/program/advice.hpp>
#include <winnow/trainers/program/place.hpp>

namespace winnow {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// The folder that holds the package; empty if there is none.
fs::path standin_folder() {
  if (const char* path = std::getenv("WINNOW_STANDIN_PATH")) return path;
  const fs::path program = program_path();
  if (program.empty()) return {};
  const fs::path prefix = program.parent_path().parent_path();
  fs::path folder = prefix / "share" / "winnow" / "standin";
  // In a build folder of the source tree: build/PRESET.
  if (is_file(prefix / "CMakeCache.txt")) folder = prefix.parent_path().parent_path() / "python" / "standin";
  std::error_code failed;
  return fs::is_directory(folder, failed) ? folder : fs::path();
}

/// Where `winnow` is, for scripts that call `winnow report`; empty in a program of another name.
fs::path winnow_folder() {
  const fs::path program = program_path();
  const bool is_ours = program.filename() == "winnow" || program.filename() == "winnowd";
  return is_ours ? program.parent_path() : fs::path();
}

/// What is wrong with the file that ${program} stands for.
Result<void> check_program(const SweepSpec& spec, const program::Place& place, const fs::path& base,
                           const fs::path& started_from) {
  const bool named = spec.command.empty() ||
                     std::any_of(spec.command.begin(), spec.command.end(),
                                 [](const auto& word) { return word.find("${program}") != std::string::npos; });
  if (!named || is_file(place.directory / spec.program)) return {};
  const bool both = spec.process.directory.empty() && base != started_from && !started_from.empty();
  const std::string looked = both ? fmt::format("{} (the sweep file's folder) or {} (where winnow was started)",
                                                base.string(), started_from.string())
                                  : place.directory.string();
  std::string what = fmt::format("program: no file {} in {}", spec.program, looked);
  if (spec.program.find(' ') != std::string::npos) {
    what +=
        "; program is one file, and what else belongs on its command line is written under command, e.g. command: " +
        spec.program + " ${args}";
  } else if (spec.program.starts_with("~")) {
    what += "; ~ stays as it is, as no shell is involved: write the whole path";
  }
  return fail(errc::invalid_input, what);
}

}  // namespace

Result<Program> program_of(const SweepSpec& spec, const fs::path& base, const Surroundings& around) {
  std::error_code failed;
  const fs::path absolute_base = fs::absolute(base.empty() ? "." : base, failed).lexically_normal();
  const fs::path from = around.started_from.empty() ? fs::current_path(failed) : around.started_from;
  const program::Place place =
      spec.process.directory.empty()
          ? program::place_of(spec.program, spec.command, absolute_base, from)
          : program::Place{(absolute_base / spec.process.directory).lexically_normal(), "process.directory"};
  if (!fs::is_directory(place.directory, failed)) {
    return fail(errc::invalid_input, fmt::format("process.directory: no folder {}", place.directory.string()));
  }
  if (auto there = check_program(spec, place, absolute_base, from); !there) return fail(there.error());
  Program program;
  program.starts_in = fmt::format("{} ({})", place.directory.string(), place.why);
  CommandOptions& options = program.options;
  options.program = spec.program;
  options.command = spec.command;
  options.directory = place.directory;
  options.environment = spec.process.env;
  options.stdout_patterns = spec.process.metrics;
  options.space = spec.space;
  options.distribution = optuna::parse_distribution;
  if (const MetricSpec* judged = objective_of(spec)) options.metric = judged->name;
  options.metrics = declared_metrics(spec);
  options.snapshots = clones(spec.scheduler.type, spec.scheduler.options);
  options.grace = spec.trial.grace;
  options.threads = around.threads;
  if (spec.process.log_limit) options.log_limit = static_cast<std::uint64_t>(*spec.process.log_limit);
  options.wandb = spec.process.wandb;
  options.wandb_project = spec.project;
  options.wandb_entity = spec.entity;
  options.tools = winnow_folder();
  if (spec.process.wandb) options.standin = standin_folder();
  if (const auto refusal = program::refusal_of(options)) return fail(errc::invalid_input, *refusal);
  program.notes = program::advice_on(options);
  const bool names_interpreter = spec.command.empty() || std::find(spec.command.begin(), spec.command.end(),
                                                                   "${interpreter}") != spec.command.end();
  if (names_interpreter && python_interpreter() != "python") {
    program.notes.emplace_back("${interpreter} is python3: there is no python in PATH");
  }
  return program;
}

}  // namespace winnow

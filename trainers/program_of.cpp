/// What a sweep file's program means on this machine: where it starts, and what stands in for wandb.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <winnow/base/program_path.hpp>
#include <winnow/space/dialects/optuna.hpp>
#include <winnow/spec/metrics.hpp>
#include <winnow/spec/objective.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace winnow {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// Words that may name a file beside the sweep file.
std::vector<std::string> possible_files(const SweepSpec& spec) {
  std::vector<std::string> words;
  if (!spec.program.empty()) words.push_back(spec.program);
  for (const std::string& word : spec.command) {
    if (!word.empty() && word.front() != '-' && word.find("${") == std::string::npos) words.push_back(word);
  }
  std::erase_if(words, [](const std::string& word) { return fs::path(word).is_absolute(); });
  return words;
}

/// The folder of the sweep file; where what is to run isn't there but where Winnow was started, that one.
fs::path directory_of(const SweepSpec& spec, const fs::path& base, const fs::path& started_from,
                      std::vector<std::string>& notes) {
  if (!spec.process.directory.empty()) return (base / spec.process.directory).lexically_normal();
  const auto files = possible_files(spec);
  const auto found_in = [&](const fs::path& folder) {
    return std::find_if(files.begin(), files.end(), [&](const auto& file) { return is_file(folder / file); });
  };
  if (found_in(base) != files.end()) return base;
  const auto there = found_in(started_from);
  if (there == files.end() || started_from.empty()) return base;
  notes.push_back(
      fmt::format("{} isn't in the sweep file's folder but in {}, where winnow was started: programs start "
                  "there (process.directory says it otherwise)",
                  *there, started_from.string()));
  return started_from;
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
  return program.filename() == "winnow" ? program.parent_path() : fs::path();
}

}  // namespace

Result<Program> program_of(const SweepSpec& spec, const fs::path& base, const fs::path& started_from) {
  std::error_code failed;
  const fs::path absolute_base = fs::absolute(base.empty() ? "." : base, failed);
  Program program;
  CommandOptions& options = program.options;
  options.program = spec.program;
  options.command = spec.command;
  options.directory = directory_of(spec, absolute_base.lexically_normal(), started_from, program.notes);
  if (!fs::is_directory(options.directory, failed)) {
    return fail(errc::invalid_input, fmt::format("process.directory: no folder {}", options.directory.string()));
  }
  if (spec.command.empty() && !is_file(options.directory / spec.program)) {
    const std::string looked = !spec.process.directory.empty() || options.directory == started_from
                                   ? options.directory.string()
                                   : fmt::format("{} (the sweep file's folder) or {} (where winnow was started)",
                                                 options.directory.string(), started_from.string());
    return fail(errc::invalid_input, fmt::format("program: no file {} in {}", spec.program, looked));
  }
  options.environment = spec.process.env;
  options.stdout_patterns = spec.process.metrics;
  options.space = spec.space;
  options.distribution = optuna::parse_distribution;
  if (const MetricSpec* judged = objective_of(spec)) options.metric = judged->name;
  options.metrics = declared_metrics(spec);
  options.grace = spec.trial.grace;
  options.cpus = spec.cpus.value_or(1);
  options.wandb = spec.process.wandb;
  options.wandb_project = spec.project;
  options.wandb_entity = spec.entity;
  options.tools = winnow_folder();
  if (spec.process.wandb) options.standin = standin_folder();
  const bool names_interpreter = spec.command.empty() || std::find(spec.command.begin(), spec.command.end(),
                                                                   "${interpreter}") != spec.command.end();
  if (names_interpreter && python_interpreter() != "python") {
    program.notes.emplace_back("${interpreter} is python3: there is no python in PATH");
  }
  return program;
}

}  // namespace winnow

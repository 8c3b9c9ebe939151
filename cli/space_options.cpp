#include <winnow/cli/space_options.hpp>

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <winnow/core/nearest.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow::cli {

void add_dialect_option(CLI::App& command, SpaceArgs& args) {
  command.add_option("--dialect", args.dialect,
                     "what a bare space is written in: wandb, optuna, ray or sigopt [by its shape]");
}

void add_space_options(CLI::App& command, SpaceArgs& args) {
  add_dialect_option(command, args);
  SpaceOptions& options = args.options;
  if (options.needs_command) {
    command.add_option("--command", options.command,
                       "a bare space: what a trial runs, e.g. 'python3 train.py ${args}'");
  }
  command.add_option("--metric", options.metrics, "a bare space: NAME:minimize or NAME:maximize; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--trials", options.trials, "a bare space: how many")->check(CLI::PositiveNumber);
  command.add_option("--method", options.method, "a bare space: the sampler [its dialect's]");
  command.add_option("--scheduler", options.scheduler,
                     "a bare space: e.g. asha,max_t=27,grace_period=3 [its dialect's]");
}

Result<Dialect> dialect_of(const std::string& option, const std::string& name) {
  if (const auto dialect = dialect_named(name)) return *dialect;
  const auto names = dialect_names();
  return fail(errc::invalid_input,
              fmt::format("{} {}: is none of {}{}", option, name, fmt::join(names, ", "), did_you_mean(name, names)));
}

Result<Input> read_input(const std::string& file, const SpaceArgs& args) {
  if (args.dialect.empty()) return winnow::read_input(file);
  const auto dialect = dialect_of("--dialect", args.dialect);
  if (!dialect) return fail(dialect.error());
  return winnow::read_input(file, *dialect);
}

Result<SweepFile> read_sweep(const std::string& file, const SpaceArgs& args) {
  auto input = read_input(file, args);
  if (!input) return fail(input.error());
  if (const auto* space = std::get_if<SpaceFile>(&*input)) return complete(*space, args.options);
  if (!args.options.empty()) {
    return fail(errc::invalid_input,
                file +
                    ": is a sweep file, which says metric, command and all itself; put it there (the options are "
                    "for a file that holds only a space)");
  }
  return std::move(std::get<SweepFile>(*input));
}

}  // namespace winnow::cli

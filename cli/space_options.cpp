#include <winnow/cli/space_options.hpp>

#include <fmt/format.h>

#include <winnow/cli/command_line.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/samplers/registry.hpp>
#include <winnow/schedulers/registry.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow::cli {

void add_dialect_option(CLI::App& command, SpaceArgs& args) {
  command.add_option("--dialect", args.dialect, "what a bare space is written in [by its shape]")
      ->type_name(one_of("DIALECT", dialect_names()));
  command
      .add_option("--space", args.name,
                  "a Python file: which space in it, by its variable, its function or its line [the only one]")
      ->type_name("NAME");
}

void add_space_options(CLI::App& command, SpaceArgs& args) {
  add_dialect_option(command, args);
  SpaceOptions& options = args.options;
  if (options.needs_command) {
    command.add_option("--command", options.command, "what a trial runs, e.g. 'python3 train.py ${args}'")
        ->type_name(kCommand);
  }
  command.add_option("--metric", options.metrics, "NAME:minimize or NAME:maximize; may be repeated")
      ->type_name("METRIC")
      ->allow_extra_args(false);
  command.add_option("--trials", options.trials, "how many (run_cap)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 53));
  command
      .add_option("--method", options.method,
                  "the sampler, with options: tpe,n_startup_trials=20 [as the file says, or its dialect]")
      ->type_name(one_of("NAME", sampler_names()));
  command
      .add_option("--scheduler", options.scheduler,
                  "with options: asha,max_t=27,grace_period=3 [as the file says, or its dialect]")
      ->type_name(one_of("NAME", scheduler_names()));
}

Result<Dialect> dialect_of(const std::string& option, const std::string& name) {
  if (const auto dialect = dialect_named(name)) return *dialect;
  const auto names = dialect_names();
  return fail(errc::invalid_input,
              fmt::format("{} {}: is none of {}{}", option, name, fmt::join(names, ", "), did_you_mean(name, names)));
}

Result<Input> read_input(const std::string& file, const SpaceArgs& args, Reading reading) {
  if (args.dialect.empty()) return winnow::read_input(file, std::nullopt, args.options, args.name, reading);
  const auto dialect = dialect_of("--dialect", args.dialect);
  if (!dialect) return fail(dialect.error());
  return winnow::read_input(file, *dialect, args.options, args.name, reading);
}

Result<SweepFile> read_sweep(const std::string& file, const SpaceArgs& args) {
  auto input = read_input(file, args);
  if (!input) return fail(input.error());
  if (const auto* space = std::get_if<SpaceFile>(&*input)) return complete(*space, args.options);
  return std::move(std::get<SweepFile>(*input));
}

}  // namespace winnow::cli

/// `winnow launch`: the ranks of a program that trains with several processes.
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/interrupts.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/core/duration.hpp>
#include <winnow/spec/spec.hpp>
#include <winnow/trainers/launcher.hpp>

namespace winnow::cli {
namespace {

struct LaunchArgs {
  LaunchOptions options;
  double grace = 10;
};

int launch(LaunchArgs args) {
  auto spawner = Spawner::start();
  if (!spawner) return complain(spawner.error());
  args.options.grace = milliseconds(args.grace);
  args.options.interrupts = &catch_interrupts();
  args.options.on_notice = [](const std::string& text) { print_warnings({text}); };
  const auto code = launch_ranks(args.options, **spawner);
  return code ? *code : complain(code.error());
}

}  // namespace

void add_launch(CLI::App& app, int& code) {
  const auto args = std::make_shared<LaunchArgs>();
  CLI::App* command = add_command(
      app, "launch", "Run a program in several processes (ranks) that train each trial together, as torchrun does",
      "winnow launch --nproc 2 ./my_search --epochs 3",
      "0 done, 1 no restart is left, 2 bad input or usage, 130 interrupted; else rank 0's");
  command->add_option("--nproc", args->options.ranks, "ranks")->required()->check(CLI::Range(1, kMostRanks));
  command->add_option("--restarts", args->options.restarts, "of ranks that are killed or fail, in all [3]")
      ->check(CLI::Range(0, 1'000'000));
  command->add_option("--timeout", args->options.rank_timeout, "seconds that a rank waits for the others [600]")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--grace", args->grace, "seconds for the ranks to end [10]")->check(CLI::Range(0.0, 1e6));
  command->add_option("program", args->options.command, "the program and its words, behind launch's own options")
      ->type_name(kCommand)
      ->required();
  command->positionals_at_end();
  command->callback([args, &code] { code = launch(*args); });
}

}  // namespace winnow::cli

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/help_format.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/scratch.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/version.hpp>
#include <winnow/core/nearest.hpp>
#include <winnow/trainers/isolation.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace {

using namespace winnow::cli;
using winnow::errc;

constexpr const char* kExamples = R"(Examples:
  winnow run examples/digits/sweep.yaml          a sweep, a live table, the best trial at the end
  winnow resume runs/digits-20260131-120000      go on after Ctrl-C, a crash or a power cut
  winnow pause runs/digits-20260131-120000       no further trial; stop ends it (--now: at once); --trial N
  winnow show runs/digits-20260131-120000        the trials as a table (--json for programs)
  winnow run space.json --command 'python3 train.py ${args}' --metric loss:minimize --trials 20
                                                 a space of Optuna, Ray Tune, SigOpt or W&B, without a sweep file
  winnow check sweep.yaml                        what the file means: space, totals, rungs
  winnow launch --nproc 2 ./my_search            a program of hf::Trainer's in two processes that train together
  winnow asktell sweep.yaml                      bring a training loop in any language, JSON lines on stdin
  winnow submit sweep.yaml; winnow ls            give it to a daemon, winnowd; pause, resume and stop take its name
  winnow report loss=0.3 --step 4 || exit 0      in a script that is a trial: report, leave when it is to end

Files:
  runs/<name>-<time>/    the run directory, where --dir names no other: all of a sweep
  ledger.db              in it: every event, in order
  metrics.h5             in it: trials and reports as HDF5 tables
  checkpoints/, trials/  in it: models; what each program printed
  sweep.yaml             in it: the sweep file

Exit codes: 0 done, 1 the sweep failed, 2 bad input or usage, 130 interrupted (resumable).)";

/// In the order of the help text.
constexpr std::array kCommands = {add_run,    add_resume,     add_retry,   add_pause,       add_stop,   add_asktell,
                                  add_best,   add_importance, add_replay,  add_train,       add_show,   add_export,
                                  add_report, add_check,      add_sample,  add_convert,     add_launch, add_submit,
                                  add_ls,     add_watch,      add_top,     add_logs,        add_change, add_rm,
                                  add_ready,  add_token,      add_context, add_completions, add_manual};

/// What stands where a command should, and is none; CLI11 only says that one is required.
std::optional<std::string> unknown_command(const CLI::App& app, int argc, char** argv) {
  const std::string word = argc > 1 ? argv[1] : "";
  if (word.empty() || word.front() == '-') return std::nullopt;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->check_name(word)) return std::nullopt;
    known.push_back(command->get_name());
  }
  return fmt::format("there is no command '{}'{}; winnow --help lists them", word, winnow::did_you_mean(word, known));
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  if (winnow::is_worker()) winnow::serve_sweep();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is an error to report, not a death
  CLI::App app{"winnow: hyperparameter sweeps that stop the weak trials early and never lose a report"};
  app.formatter(help_format());
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text, "version, build options and libraries");
  int code = kDone;
  for (const auto add : kCommands) add(app, code);
  if (const auto unknown = unknown_command(app, argc, argv)) return complain({errc::invalid_input, *unknown});
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    std::ostringstream text;
    code = app.exit(e, text, std::cerr) == 0 ? kDone : kUsage;
    put(text.str());
  } catch (const std::filesystem::filesystem_error& e) {
    code = complain({errc::invalid_input, e.path1().string() + ": " + e.code().message()});
  } catch (const std::exception& e) {
    code = complain({errc::internal, e.what()});
  }
  code = end_output(code);
  remove_scratch();
  return code;
}

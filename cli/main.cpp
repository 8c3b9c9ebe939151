#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <sstream>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/convert.hpp>
#include <winnow/cli/export.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/report.hpp>
#include <winnow/cli/train.hpp>
#include <winnow/cli/version.hpp>
#include <winnow/session/edits.hpp>

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
  winnow asktell sweep.yaml                      bring a training loop in any language, JSON lines on stdin
  winnow report loss=0.3 --step 4 || exit 0      in a script that is a trial: report, leave when it is to end

Exit codes: 0 done, 1 the sweep failed, 2 bad input or usage, 130 interrupted (resumable).)";

/// An empty text is most likely a variable of a script that isn't set.
const CLI::Validator kNamed([](const std::string& path) { return path.empty() ? "is empty; name a path" : ""; }, "");

/// CLI11 takes -1 for the highest number there is.
const CLI::Validator kSeed(
    [](const std::string& text) {
      std::uint64_t seed = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
      const bool right = error == std::errc() && end == text.data() + text.size();
      return right ? "" : "must be a whole number from 0 to 18446744073709551615, got " + text;
    },
    "");

CLI::App* command(CLI::App& app, const std::string& name, const std::string& description, const std::string& example) {
  CLI::App* sub = app.add_subcommand(name, description);
  sub->footer("Example:\n  " + example);
  return sub;
}

/// Where standard input, output or error is closed (`>&-`), the next file that is opened would take its number, and
/// with it what is printed.
void open_standard_streams() {
  int fd = ::open("/dev/null", O_RDWR);
  while (fd >= 0 && fd <= STDERR_FILENO) fd = ::dup(fd);
  if (fd > STDERR_FILENO) ::close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_streams();
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is an error to report, not a death
  CLI::App app{"winnow: hyperparameter sweeps that stop the weak trials early and never lose a report"};
  app.footer(kExamples);
  app.require_subcommand(1);
  app.set_version_flag("--version", version_text, "version, build options and libraries");
  int code = kDone;

  RunArgs run_args;
  CLI::App* run_command =
      command(app, "run", "Run a sweep file to its end", "winnow run sweep.yaml --dir runs/first --slots 4");
  run_command->add_option("file", run_args.file, "the sweep file (YAML or JSON), or a bare space")
      ->required()
      ->check(kNamed);
  run_command->add_option("--dir", run_args.dir, "the run directory [runs/<name>-<time>]")->check(kNamed);
  run_command->add_option("--seed", run_args.seed, "the seed, if the file has none")->check(kSeed);
  CLI::App* resume_command =
      command(app, "resume", "Go on with a sweep that was interrupted", "winnow resume runs/first");
  resume_command->add_option("dir", run_args.file, "the run directory")->required()->check(kNamed);
  resume_command
      ->add_option("--set", run_args.set,
                   "NAME=VALUE: a setting from now on, such as run_cap=100, budget.wall=2h, slots=4; may be repeated")
      ->allow_extra_args(false);
  for (CLI::App* sub : {run_command, resume_command}) {
    sub->add_option("--slots", run_args.slots, "trials at once [as the file says]")
        ->check(CLI::Range(1, winnow::kMostSlots));
    sub->add_flag("--json", run_args.json, "events and summary as JSON lines");
    sub->add_flag("--quiet", run_args.quiet, "no progress, only the summary");
    sub->add_option("--min-free", run_args.min_free, "free disk space below which the sweep pauses [256MB]")
        ->transform(CLI::AsSizeValue(false));
  }
  resume_command->add_option("--trial", run_args.trial, "go on with this trial, which was paused by command");
  add_space_options(*run_command, run_args.space);
  run_command->callback([&] { code = run(run_args); });
  resume_command->callback([&] { code = resume(run_args); });

  ControlArgs control_args;
  CLI::App* pause_command = command(app, "pause", "Start no further trial of a sweep that runs; `resume` takes it back",
                                    "winnow pause runs/first --trial 3");
  CLI::App* stop_command = command(app, "stop", "End a sweep that runs, when its running trials have finished",
                                   "winnow stop runs/first --now");
  for (CLI::App* sub : {pause_command, stop_command}) {
    sub->add_option("dir", control_args.dir, "the run directory")->required()->check(kNamed);
    sub->add_option("--trial", control_args.trial, "only this trial, at its next report");
    sub->add_flag("--json", control_args.json, "answer as JSON");
  }
  stop_command->add_flag("--now", control_args.now, "running trials end at their next report, or within trial.grace");
  pause_command->callback([&] { code = control(control_args, winnow::CommandVerb::pause); });
  stop_command->callback([&] {
    code = control(control_args, control_args.now ? winnow::CommandVerb::stop_now : winnow::CommandVerb::stop);
  });

  AskTellArgs asktell_args;
  CLI::App* asktell_command =
      command(app, "asktell", "Ask for trials and report them as JSON lines on standard input and output",
              R"(printf '{"op":"ask"}\n' | winnow asktell sweep.yaml --dir runs/loop)");
  asktell_command->add_option("file", asktell_args.file, "the sweep file, or a bare space")->required()->check(kNamed);
  asktell_command
      ->add_option("--dir", asktell_args.dir, "the run directory; an existing run goes on [runs/<name>-<time>]")
      ->check(kNamed);
  asktell_command->add_option("--seed", asktell_args.seed, "the seed, if the file has none")->check(kSeed);
  asktell_command->add_option("--set", asktell_args.set, "NAME=VALUE: a setting of an existing run, as in resume")
      ->allow_extra_args(false);
  asktell_args.space.options.needs_command = false;
  add_space_options(*asktell_command, asktell_args.space);
  asktell_command->callback([&] { code = asktell(asktell_args); });

  DirArgs dir_args;
  const auto dir_command = [&](const char* name, const char* description, int (*action)(const DirArgs&)) {
    CLI::App* sub = command(app, name, description, std::string("winnow ") + name + " runs/first");
    sub->add_option("dir", dir_args.dir, "the run directory")->required()->check(kNamed);
    sub->add_flag("--json", dir_args.json, "as JSON");
    sub->callback([&code, &dir_args, action] { code = action(dir_args); });
  };
  dir_command("best", "Show the best trial of a run (several metrics: the Pareto list)", best);
  dir_command("replay", "Decide everything again from the recorded inputs and compare; exit code 1 at a difference",
              replay);

  TrainArgs train_args;
  CLI::App* train_command = command(app, "train", "Train one trial of a run again, in a run directory of its own",
                                    "winnow train runs/first --trial 7");
  train_command->add_option("run", train_args.dir, "the run directory")->required()->check(kNamed);
  train_command->add_option("--trial", train_args.trial, "the number of the trial [the best]");
  train_command->add_option("--dir", train_args.into, "the new run directory [runs/<name>-trial-<N>-<time>]")
      ->check(kNamed);
  train_command->add_flag("--json", train_args.json, "events and summary as JSON lines");
  train_command->add_flag("--quiet", train_args.quiet, "no progress, only the summary");
  train_command->callback([&] { code = train(train_args); });

  ShowArgs show_args;
  CLI::App* show_command = command(app, "show", "Show the trials of a run, also while it runs",
                                   "winnow show runs/first --state completed --top 10");
  show_command->add_option("dir", show_args.dir, "the run directory")->required()->check(kNamed);
  show_command->add_flag("--json", show_args.json, "as JSON");
  show_command->add_option("--sort", show_args.sort, "value (best first), step (furthest first) or trial [trial]");
  show_command->add_option("--top", show_args.top, "only the first so many; the best, if --sort says nothing else")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  show_command->add_option("--state", show_args.state,
                           "only trials that are queued, running, paused, stopped, completed or failed");
  show_command->callback([&] { code = show(show_args); });

  ExportArgs export_args;
  CLI::App* export_command = command(app, "export", "Write the trials or reports of a run as CSV or JSON",
                                     "winnow export runs/first --csv -o trials.csv");
  export_command->add_option("dir", export_args.dir, "the run directory")->required()->check(kNamed);
  export_command->add_flag("--csv", export_args.csv, "comma-separated values with a header line");
  export_command->add_flag("--json", export_args.json, "one JSON array, an element a line");
  export_command->add_flag("--reports", export_args.reports, "every metric of every report, instead of the trials");
  export_command->add_option("-o,--output", export_args.output, "the file to write [standard output]")->check(kNamed);
  export_command->callback([&] { code = export_run(export_args); });

  ReportArgs report_args;
  CLI::App* report_command = command(app, "report", "Report metrics from a program that is a trial; prints the verdict",
                                     "winnow report loss=0.3 accuracy=0.9 --step 4 || exit 0");
  report_command->add_option("metrics", report_args.metrics, "NAME=NUMBER")->required();
  report_command->add_option("--step", report_args.step, "the epoch or iteration [the last + 1]")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{9'000'000'000'000'000}));
  report_command->add_flag("--json", report_args.json, "the answer as it came");
  report_command->callback([&] { code = report(report_args); });

  FileArgs file_args;
  CLI::App* check_command =
      command(app, "check", "Check a sweep file and print what it means", "winnow check sweep.yaml");
  CLI::App* sample_command =
      command(app, "sample", "Draw assignments, one JSON object a line", "winnow sample sweep.yaml -n 5 --seed 1");
  for (CLI::App* sub : {check_command, sample_command}) {
    sub->add_option("file", file_args.file, "the sweep file, or a bare space")->required()->check(kNamed);
    add_dialect_option(*sub, file_args.space);
    sub->add_option("--seed", file_args.seed,
                    sub == sample_command ? "the seed [the file's]" : "the seed, if the file has none")
        ->check(kSeed);
  }
  check_command->add_flag("--json", file_args.json, "as JSON");
  sample_command->add_flag("--json", file_args.json, "as JSON (it always is)");
  sample_command->add_option("-n", file_args.n, "how many")->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  check_command->callback([&] { code = check(file_args); });
  sample_command->callback([&] { code = sample(file_args); });

  ConvertArgs convert_args;
  CLI::App* convert_command = command(app, "convert", "Write a sweep file or a space in the format of another tool",
                                      "winnow convert sweep.yaml --to optuna -o space.json");
  convert_command->add_option("file", convert_args.file, "the sweep file, or a bare space")->required()->check(kNamed);
  convert_command->add_option("--to", convert_args.to, "wandb, optuna, ray or sigopt")->required();
  convert_command->add_option("-o,--output", convert_args.output, "the file to write [standard output]")->check(kNamed);
  add_dialect_option(*convert_command, convert_args.space);
  convert_command->callback([&] { code = convert(convert_args); });

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
  return end_output(code);
}

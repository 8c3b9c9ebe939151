/// `winnow run` and `winnow resume`.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/control.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/drive.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/space_options.hpp>
#include <winnow/session/asktell.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/warm_start.hpp>
#include <winnow/spec/sampler_of.hpp>

namespace winnow::cli {
namespace {

struct RunArgs {
  std::string file;
  std::string dir;  ///< empty: runs/<name>-<time>
  std::optional<std::uint64_t> seed;
  DriveArgs drive;
  std::vector<std::string> from;  ///< earlier runs that the sampler is to know
  SpaceArgs space;
};

struct ResumeArgs {
  ControlArgs sweep;             ///< its trial: one that was paused by command, or failed
  std::vector<std::string> set;  ///< `NAME=VALUE`, settings to change
  DriveArgs drive;
  CommandVerb verb = CommandVerb::resume;
  bool failed = false;  ///< of `retry`: what it does without --trial

  /// Something is told to the sweep or a trial beside going on.
  [[nodiscard]] bool commands() const { return sweep.trial || verb == CommandVerb::retry; }
};

void add_drive_options(CLI::App& command, DriveArgs& args) {
  command.add_option("--slots", args.slots, "trials at once [as the file says]")->check(CLI::Range(1, kMostSlots));
  add_progress_options(command, args.json, args.quiet);
  command.add_option("--min-free", args.min_free, "free disk space below which the sweep pauses [256MB]")
      ->transform(CLI::AsSizeValue(false));
}

bool learns(const SweepSpec& spec) {
  const auto sampler = sampler_of(spec, 0);
  return sampler && (*sampler)->learns();
}

/// Gives the sweep what earlier runs know, and says how much that is.
Result<void> warm_start(SweepSpec& spec, const RunArgs& args) {
  for (const std::string& from : args.from) {
    auto run = prior_run(from, spec);
    if (!run) return fail(run.error());
    if (args.drive.json) {
      print_json({{"event", "from"},
                  {"dir", from},
                  {"trials", run->trials.size()},
                  {"unended", run->unended},
                  {"outside", run->outside},
                  {"without", run->without}});
    } else if (!args.drive.quiet) {
      print("from       {}\n", to_string(*run));
    }
    std::move(run->trials.begin(), run->trials.end(), std::back_inserter(spec.prior));
  }
  return {};
}

int run(const RunArgs& args) {
  auto file = read_sweep(args.file, args.space);
  if (!file) return complain(file.error());
  if (auto warm = warm_start(file->parsed.spec, args); !warm) return complain(warm.error());
  if (!args.from.empty() && !learns(file->parsed.spec)) {
    file->parsed.warnings.push_back(
        fmt::format("--from: {} doesn't learn: what earlier runs know is nothing to it", file->parsed.spec.method));
  }
  print_warnings(file->parsed.warnings);
  const auto root = args.dir.empty() ? default_run_root(file->parsed.spec.name) : std::filesystem::path(args.dir);
  return start(*file, {args.file, root, args.seed}, args.drive);
}

constexpr const char* kDaemon = "a daemon";

/// `resume` of a sweep that a process runs: takes a pause back; `retry`: failed trials run again. They change nothing
/// else, but for settings of a daemon's sweep at rest.
int resume_running(const ResumeArgs& args, const std::string& owner) {
  if (args.set.empty() && args.drive.slots == 0 && !args.drive.min_free) {
    ControlArgs told = args.sweep;
    told.json = args.drive.json;
    return control(told, args.verb);
  }
  const bool only_set = args.drive.slots == 0 && !args.drive.min_free && !args.sweep.trial;
  if (owner == kDaemon && only_set) {
    const auto edits = parse_edits(args.set);
    if (!edits) return complain(edits.error());
    ControlArgs told = args.sweep;
    told.json = args.drive.json;
    return resume_with(told, edits->set);
  }
  const std::string option = !args.set.empty()       ? "--set " + args.set.front()
                             : args.drive.slots != 0 ? fmt::format("--slots {}", args.drive.slots)
                                                     : "--min-free";
  if (owner == kDaemon && args.drive.slots != 0) {
    return complain(
        {errc::busy, fmt::format("{0}: is a daemon's, which has slots for all of its sweeps: `winnow change "
                                 "{0} --slots {1}` says how many of them are this one's at most",
                                 args.sweep.dir, args.drive.slots)});
  }
  if (owner == kDaemon) {
    return complain({errc::busy, fmt::format("{}: is a daemon's, which takes no {}: end winnowd, resume the sweep's "
                                             "directory with that, and start winnowd again",
                                             args.sweep.dir, option)});
  }
  return complain({errc::busy, fmt::format("{0}: is run by {1}; {2} can't change while it runs: end it "
                                           "(winnow stop {0} --now), then resume it with that",
                                           args.sweep.dir, owner, option)});
}

/// Why there is nothing left to do; nullopt: there is.
std::optional<std::string> why_done(const Sweep& sweep) {
  if (!sweep.finished() || sweep.stopping()) return std::nullopt;
  const Next next = sweep.next();
  const auto* done = std::get_if<Done>(&next);
  return done != nullptr ? std::optional(done->why) : std::nullopt;
}

void print_changes(const std::vector<Change>& changes, bool json) {
  for (const Change& change : changes) {
    if (json) {
      print_json({{"event", "changed"}, {"setting", change.name}, {"before", change.before}, {"after", change.after}});
    } else {
      print("{}\n", to_string(change));
    }
  }
}

void print_retried(const std::vector<Event>& events, bool json) {
  if (json) {
    for (const Event& event : events) print_json({{"event", "retried"}, {"trial", event.trial}});
    return;
  }
  std::vector<TrialId> trials;
  for (const Event& event : events) trials.push_back(event.trial);
  const bool one = trials.size() == 1;
  const std::string numbers = fmt::format("{}", fmt::join(trials, ", "));
  print("trial{} {} run{} again\n", one ? "" : "s", numbers, one ? "s" : "");
}

/// Of a sweep whose trials a client runs: `asktell` hands them out again.
int retry_asked(const ResumeArgs& args, const Edits& edits) {
  auto session = open_session(args.sweep.dir, edits);
  if (!session) return complain(session.error());
  auto commanded = session->sweep.on_command(args.verb, args.sweep.trial, "", wall_clock());
  if (!commanded) return complain(commanded.error());
  print_retried(*commanded, args.drive.json);
  if (auto done = record(*session, std::move(*commanded)); !done) return complain(done.error());
  AskTell desk(std::move(*session));
  if (auto done = desk.close(); !done) return complain(done.error());
  if (!args.drive.json) print("`winnow asktell` with this directory hands them out\n");
  return kDone;
}

/// Of a run that a process runs already, a command to it.
int resume(const ResumeArgs& args) {
  if (is_daemons(args.sweep)) return resume_running(args, kDaemon);
  if (const auto dir = RunDir::open(args.sweep.dir)) {
    if (const auto owner = DirLock::owner(*dir)) return resume_running(args, *owner);
  }
  if (const auto current = bring_up_to_date(args.sweep.dir); !current) return complain(current.error());
  const auto before = recover(args.sweep.dir);
  if (!before) return complain(before.error());
  const auto edits = parse_edits(args.set);
  if (!edits) return complain(edits.error());
  const auto edited = edit(*before, RunDir{args.sweep.dir}, *edits, wall_clock());
  if (!edited) return complain(edited.error());
  print_warnings(edited->warnings);
  if (args.commands()) {
    const auto possible = before->sweep.on_command(args.verb, args.sweep.trial, "", wall_clock());
    if (!possible) return complain({possible.error().code, args.sweep.dir + ": " + possible.error().message});
  }
  if (const auto why = why_done(before->sweep); why && edited->events.empty() && !args.commands()) {
    // Say so, and what came of it, rather than an error.
    Outcome outcome;
    outcome.why = *why;
    outcome.dir = args.sweep.dir;
    return finish(outcome, args.drive);
  }
  if (args.verb == CommandVerb::retry && !edited->spec.has_trainable()) return retry_asked(args, *edits);
  auto trainer = prepare(edited->spec, before->base, args.drive.slots, before->started_from);
  if (!trainer) return complain(args.sweep.dir, trainer.error());
  auto session = open_session(args.sweep.dir, *edits);
  if (!session) return complain(session.error());
  if (args.commands()) {
    auto commanded = session->sweep.on_command(args.verb, args.sweep.trial, "", wall_clock());
    if (!commanded) return complain(commanded.error());
    if (args.verb == CommandVerb::retry) print_retried(*commanded, args.drive.json);
    if (auto done = record(*session, std::move(*commanded)); !done) return complain(done.error());
  }
  print_changes(edited->changes, args.drive.json);
  return drive(std::move(*session), std::move(*trainer), args.drive, true);
}

}  // namespace

void add_run(CLI::App& app, int& code) {
  const auto args = std::make_shared<RunArgs>();
  CLI::App* command =
      add_command(app, "run", "Run a sweep file to its end", "winnow run sweep.yaml --dir runs/first --slots 4");
  command->add_option("file", args->file, "the sweep file (YAML or JSON), or a bare space")
      ->type_name(kFile)
      ->required()
      ->check(kNamed);
  command->add_option("--dir", args->dir, "the run directory [runs/<name>-<time>]")
      ->type_name(kDirectory)
      ->check(kNamed);
  command->add_option("--seed", args->seed, "the seed, if the file has none")->check(kSeed);
  command
      ->add_option("--from", args->from,
                   "an earlier run, also of another space, that the sampler is to know; may be repeated")
      ->type_name(kDirectory)
      ->check(kNamed)
      ->allow_extra_args(false);
  add_drive_options(*command, args->drive);
  add_space_options(*command, args->space);
  command->callback([args, &code] { code = run(*args); });
}

void add_retry(CLI::App& app, int& code) {
  const auto args = std::make_shared<ResumeArgs>();
  args->verb = CommandVerb::retry;
  CLI::App* command = add_command(app, "retry", "Run failed trials again in the same sweep, each as an attempt more",
                                  "winnow retry runs/first --trial 3");
  add_run_to_command(*command, args->sweep.dir);
  auto* trial = command->add_option("--trial", args->sweep.trial, "only this trial");
  command->add_flag("--failed", args->failed, "every failed trial (the default)")->excludes(trial);
  add_drive_options(*command, args->drive);
  add_daemon_options(*command, args->sweep.daemon);
  command->callback([args, &code] { code = resume(*args); });
}

void add_resume(CLI::App& app, int& code) {
  const auto args = std::make_shared<ResumeArgs>();
  CLI::App* command = add_command(app, "resume", "Go on with a sweep that was interrupted", "winnow resume runs/first");
  add_run_to_command(*command, args->sweep.dir);
  command
      ->add_option("--set", args->set,
                   "NAME=VALUE: a setting from now on, such as run_cap=100, budget.wall=2h, slots=4; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  add_drive_options(*command, args->drive);
  add_daemon_options(*command, args->sweep.daemon);
  command->add_option("--trial", args->sweep.trial, "go on with this trial, which was paused by command");
  command->callback([args, &code] { code = resume(*args); });
}

}  // namespace winnow::cli

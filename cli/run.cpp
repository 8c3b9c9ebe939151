/// `winnow run` and `winnow resume`.
#include <fmt/format.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>

#include <winnow/base/clock.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/live_table.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/spec/sweep_file.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/trainers/make_trainer.hpp>

namespace winnow::cli {
namespace {

std::atomic<int> interrupts{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler counts it");

/// Two signals closer than this are one: `timeout` and some terminals send to the process and to its group.
constexpr std::int64_t kSameSignalMs = 300;
std::atomic<std::int64_t> first_signal_ms{0};

/// The first asks for an orderly end, the second leaves at once: nothing that was acknowledged is lost by it.
void on_signal(int) {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const std::int64_t ms = now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
  if (interrupts == 0) {
    first_signal_ms = ms;
    interrupts = 1;
  } else if (ms - first_signal_ms > kSameSignalMs) {
    ::_exit(kInterrupted);
  }
}

void catch_signals() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  struct sigaction hangup {};
  const bool ignored = ::sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler == SIG_IGN;
  if (!ignored) ::sigaction(SIGHUP, &action, nullptr);  // `nohup` means it
  ::signal(SIGPIPE, SIG_IGN);
}

/// OpenBLAS reads these when it is loaded, which a trainer module does: one thread a trial, unless the user says
/// otherwise.
void set_threads(const SweepSpec& spec) {
  const std::string cpus = std::to_string(std::max(1, static_cast<int>(spec.cpus.value_or(1))));
  ::setenv("OMP_NUM_THREADS", cpus.c_str(), 0);
  ::setenv("OPENBLAS_NUM_THREADS", cpus.c_str(), 0);
}

/// Plain lines in a pipe, or JSON lines: what became of each trial.
class EventLines {
public:
  EventLines(bool json, const Sweep& sweep) : json_(json) {
    if (sweep.objective() != nullptr) metric_ = sweep.objective()->name;
  }

  void operator()(const Event& event) {
    if (const auto* suggested = event.as<event::Suggested>()) params_[event.trial] = suggested->params;
    if (const auto* drawn = event.as<event::Drawn>()) {
      for (const auto& [name, value] : drawn->params.entries()) params_[event.trial].set(name, value);
    }
    if (const auto* reported = event.as<event::Reported>()) note(event.trial, *reported);
    const bool ends = event.trial >= 0 && has_ended(event.state);
    if (json_) {
      if (event.kind() == EventKind::started || event.kind() == EventKind::reported || ends) print_json(to_json(event));
    } else if (ends) {
      const auto value = values_.find(event.trial);
      const std::string shown =
          value == values_.end() ? "" : fmt::format(", {} = {:.6g}", metric_, value->second.value);
      put(one_line(fmt::format("trial {} {} at step {}{}{}  {}", event.trial, to_string(event.state),
                               value == values_.end() ? 0 : value->second.step, shown,
                               event.kind() == EventKind::command ? " (by command)"
                               : event.text.empty()               ? ""
                                                                  : " (" + event.text + ")",
                               params_text(params_[event.trial]))) +
          "\n");
    }
    if (ends) {
      params_.erase(event.trial);
      values_.erase(event.trial);
    }
    flush_output();
  }

private:
  struct Last {
    Step step;
    double value;
  };
  void note(TrialId trial, const event::Reported& reported) {
    if (const double* value = find_metric(reported.metrics, metric_)) values_[trial] = {reported.step, *value};
  }
  static OrderedJson to_json(const Event& event) {
    OrderedJson json{
        {"event", to_string(event.kind())}, {"seq", event.seq}, {"trial", event.trial}, {"attempt", event.attempt}};
    if (const auto* reported = event.as<event::Reported>()) {
      json["step"] = reported->step;
      for (const auto& [name, value] : reported->metrics) json["metrics"][name] = number_to_json(value);
      json["verdict"] = winnow::to_string(reported->verdict);
    }
    if (has_ended(event.state)) json["state"] = winnow::to_string(event.state);
    if (!event.text.empty()) json["why"] = event.text;
    return json;
  }

  bool json_;
  std::string metric_;
  std::map<TrialId, Assignment> params_;
  std::map<TrialId, Last> values_;
};

void announce(const Sweep& sweep, const std::filesystem::path& root, const RunArgs& args, int slots, bool resumed) {
  if (args.json) {
    return print_json({{"event", resumed ? "resumed" : "started"},
                       {"dir", root.string()},
                       {"name", sweep.spec().name},
                       {"seed", sweep.seed()},
                       {"slots", slots}});
  }
  print("{} {} in {} (seed {}, {} at a time)\n", resumed ? "resuming" : "running", sweep.spec().name, root.string(),
        sweep.seed(), slots);
  if (sweep.spec().durability == Durability::relaxed) {
    print("durability: relaxed: reports are acknowledged before they are synced; a power cut may lose the last ones\n");
  }
  if (!args.quiet && !sweep.spec().run_cap && !sweep.spec().budget_wall && !sweep.spec().budget_resource &&
      sweep.spec().method != "grid") {
    print("no run_cap and no budget: goes on until stopped (Ctrl-C)\n");
  }
  flush_output();
}

int exit_code(const Sweep& sweep, const Outcome& outcome) {
  if (outcome.error) return kFailed;
  if (outcome.interrupted) return kInterrupted;
  if (sweep.fuse_blown()) return kFailed;
  const bool named = sweep.objective() != nullptr;
  return named && !best_trial(sweep) ? kFailed : kDone;
}

/// What came of it, where there is a ledger to read it from; returns the exit code.
int summarise(const Outcome& outcome, const RunArgs& args) {
  if (outcome.dir.empty()) return kFailed;  // the outcome's error says why
  const auto after = recover(outcome.dir);
  if (!after) return outcome.error ? kFailed : complain(after.error());
  if (args.json) {
    print_json(summary_json(after->sweep, outcome.dir, outcome.why));
  } else {
    put(summary_text(after->sweep, outcome.dir, outcome.why));
    if (outcome.interrupted || outcome.error) print("go on with: winnow resume {}\n", shell_word(outcome.dir.string()));
  }
  return exit_code(after->sweep, outcome);
}

int finish(const Outcome& outcome, const RunArgs& args) {
  if (outcome.error) std::fprintf(stderr, "winnow: %s\n", outcome.error->message.c_str());
  print_warnings(outcome.warnings);
  const int code = summarise(outcome, args);
  if (outcome.abandoned > 0 && !outcome.error && !args.json) {
    print("{} trial{} never returned and had to be given up\n", outcome.abandoned, outcome.abandoned == 1 ? "" : "s");
  }
  if (outcome.abandoned > 0 || outcome.error || !outcome.warnings.empty()) leave(code);
  return code;
}

int drive(Session session, std::shared_ptr<TrainableFactory> factory, const RunArgs& args, bool resumed) {
  const std::filesystem::path root = session.dir.root;
  print_warnings(session.warnings);
  const SweepSpec spec = session.sweep.spec();
  const int slots = slots_of(spec, args.slots);
  announce(session.sweep, root, args, slots, resumed);
  RunOptions options;
  options.slots = slots;
  options.interrupts = &interrupts;
  options.min_free = args.min_free.value_or(options.min_free);
  options.on_notice = [](const std::string& text) { print_warnings({text}); };
  LiveTable table(spec);
  EventLines lines(args.json, session.sweep);
  const bool live = on_terminal() && !args.json && !args.quiet;
  if (live) options.on_progress = [&](const Snapshot& snapshot) { table.draw(snapshot); };
  if (!live && !args.quiet) options.on_event = [&](const Event& event) { lines(event); };
  const auto outcome = winnow::run(std::move(session), std::move(factory), options);
  table.clear();
  if (!outcome) return complain(outcome.error());
  return finish(*outcome, args);
}

/// `resume` of a sweep that a process runs: takes a pause back. It changes nothing else.
int resume_running(const RunArgs& args, const std::string& owner) {
  if (args.set.empty() && args.slots == 0 && !args.min_free) {
    return control({args.file, args.trial, false, args.json}, CommandVerb::resume);
  }
  const std::string option = !args.set.empty() ? "--set " + args.set.front()
                             : args.slots != 0 ? fmt::format("--slots {}", args.slots)
                                               : "--min-free";
  return complain({errc::busy, fmt::format("{0}: is run by {1}; {2} can't change while it runs: end it "
                                           "(winnow stop {0} --now), then resume it with that",
                                           args.file, owner, option)});
}

}  // namespace

int run(const RunArgs& args) {
  const auto file = read_sweep(args.file, args.space);
  if (!file) return complain(file.error());
  print_warnings(file->parsed.warnings);
  return start(*file, args);
}

int start(const SweepFile& file, const RunArgs& args) {
  const SweepSpec& spec = file.parsed.spec;
  set_threads(spec);
  auto trainer = make_trainer(spec, file.path.parent_path());
  if (!trainer) {
    const std::string name = args.file.empty() ? file.path.string() : args.file;
    return complain({trainer.error().code, name + ": " + trainer.error().message});
  }
  print_warnings(trainer->notes);
  catch_signals();
  const std::filesystem::path root = args.dir.empty() ? default_run_root(spec.name) : std::filesystem::path(args.dir);
  auto session = create_session(file, root, args.seed.value_or(draw_seed()));
  if (!session) return complain(session.error());
  return drive(std::move(*session), std::move(trainer->factory), args, false);
}

int resume(const RunArgs& args) {
  if (const auto dir = RunDir::open(args.file)) {
    if (const auto owner = DirLock::owner(*dir)) return resume_running(args, *owner);
  }
  if (const auto current = bring_up_to_date(args.file); !current) return complain(current.error());
  const auto before = recover(args.file);
  if (!before) return complain(before.error());
  const auto edits = parse_edits(args.set);
  if (!edits) return complain(edits.error());
  const auto edited = edit(*before, RunDir{args.file}, *edits, wall_clock());
  if (!edited) return complain(edited.error());
  print_warnings(edited->warnings);
  if (before->sweep.finished() && !before->sweep.stopping() && edited->events.empty() && !args.trial) {
    // Nothing is left to do: say so, and what came of it, rather than an error.
    const Next next = before->sweep.next();
    if (const auto* done = std::get_if<Done>(&next)) {
      Outcome outcome;
      outcome.why = done->why;
      outcome.dir = args.file;
      return finish(outcome, args);
    }
  }
  set_threads(edited->spec);
  auto trainer = make_trainer(edited->spec, before->base, nullptr, before->started_from);
  if (!trainer) return complain({trainer.error().code, args.file + ": " + trainer.error().message});
  print_warnings(trainer->notes);
  catch_signals();
  auto session = open_session(args.file, *edits);
  if (!session) return complain(session.error());
  if (args.trial) {
    auto resumed = session->sweep.on_command(CommandVerb::resume, *args.trial, "", wall_clock());
    if (!resumed) return complain(resumed.error());
    if (auto done = record(*session, std::move(*resumed)); !done) return complain(done.error());
  }
  for (const Change& change : edited->changes) {
    if (args.json) {
      print_json({{"event", "changed"}, {"setting", change.name}, {"before", change.before}, {"after", change.after}});
    } else {
      print("{}\n", to_string(change));
    }
  }
  return drive(std::move(*session), std::move(trainer->factory), args, true);
}

}  // namespace winnow::cli

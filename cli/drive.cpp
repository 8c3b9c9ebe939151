#include <winnow/cli/drive.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include <winnow/cli/event_lines.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/interrupts.hpp>
#include <winnow/cli/live_table.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/shell.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/session/absent_metric.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

/// OpenBLAS reads these when it is loaded, which a trainer module does: one thread a trial, unless the user says
/// otherwise. Programs have an environment of their own.
void set_threads(const SweepSpec& spec) {
  if (spec.runs_program()) return;
  const std::string cpus = std::to_string(std::max(1, static_cast<int>(spec.cpus.value_or(1))));
  ::setenv("OMP_NUM_THREADS", cpus.c_str(), 0);
  ::setenv("OPENBLAS_NUM_THREADS", cpus.c_str(), 0);
}

/// The driver numbers devices along the bus, CUDA by their speed unless it is told otherwise: what is numbered here is
/// to be what programs and trainers see. Whoever names devices has CUDA's own numbers.
void set_device_order(const SweepSpec& spec) {
  if (spec.gpus.value_or(0) <= 0 || spec.devices || std::getenv("CUDA_VISIBLE_DEVICES") != nullptr) return;
  ::setenv("CUDA_DEVICE_ORDER", "PCI_BUS_ID", 0);
}

/// `starts_in`: of programs, else empty.
void announce(const Sweep& sweep, const std::filesystem::path& root, const DriveArgs& args, const Places& places,
              const std::string& starts_in, bool resumed) {
  const std::string devices = DeviceShare{places.devices, 0}.ids();
  if (args.json) {
    OrderedJson json{{"event", resumed ? "resumed" : "started"},
                     {"dir", root.string()},
                     {"name", sweep.spec().name},
                     {"seed", sweep.seed()},
                     {"slots", places.slots}};
    if (!devices.empty()) json["devices"] = devices;
    if (!starts_in.empty()) json["programs_start_in"] = starts_in;
    return print_json(json);
  }
  const bool apart = sweep.spec().isolation == Isolation::process && !sweep.spec().runs_program();
  const int ranks = sweep.spec().trainer.ranks;
  print("{} {} in {} (seed {}, {} at a time{}{})\n", resumed ? "resuming" : "running", sweep.spec().name, root.string(),
        sweep.seed(), places.slots, devices.empty() ? "" : " on the devices " + devices,
        ranks > 1 ? fmt::format(", each in {} processes", ranks)
        : apart   ? ", each in a process of its own"
                  : "");
  if (!starts_in.empty()) print("programs start in {}\n", starts_in);
  if (sweep.spec().durability == Durability::relaxed) {
    print("durability: relaxed: reports are acknowledged before they are synced; a power cut may lose the last ones\n");
  }
  if (!args.quiet && !sweep.spec().run_cap && !sweep.spec().budget_wall && !sweep.spec().budget_resource &&
      !sweep.spec().budget_no_improvement && sweep.spec().method != "grid") {
    print("no run_cap and no budget: goes on until stopped (Ctrl-C)\n");
  }
  flush_output();
}

int exit_code(const Sweep& sweep, const Outcome& outcome) {
  if (outcome.error) return kFailed;
  if (outcome.interrupted) return kInterrupted;
  return fell_short(sweep) ? kFailed : kDone;
}

/// What came of it, where there is a ledger to read it from; returns the exit code.
int summarise(const Outcome& outcome, bool json) {
  if (outcome.dir.empty()) return kFailed;  // the outcome's error says why
  const auto after = recover(outcome.dir);
  if (!after) return outcome.error ? kFailed : complain(after.error());
  if (json) {
    print_json(summary_json(after->sweep, outcome.dir, outcome.why));
  } else {
    put(summary_text(after->sweep, outcome.dir, outcome.why));
    if (outcome.interrupted || outcome.error) print("go on with: {}\n", resume_command(outcome.dir));
  }
  return exit_code(after->sweep, outcome);
}

}  // namespace

Result<Prepared> prepare(const SweepSpec& spec, const std::filesystem::path& base, int slots,
                         const std::filesystem::path& started_from) {
  set_threads(spec);
  set_device_order(spec);
  auto places = places_of(spec, slots);
  if (!places) return fail(std::move(places.error()));
  auto trainer = make_trainer(spec, base, nullptr, {started_from, threads_of(spec, places->slots), places->slots});
  if (!trainer) return fail(trainer.error());
  print_warnings(trainer->notes);
  if (!places->notice.empty()) print_warnings({places->notice});
  catch_interrupts();
  return Prepared{std::move(*trainer), std::move(*places)};
}

int drive(Session session, Prepared prepared, const DriveArgs& args, bool resumed) {
  auto& [trainer, places] = prepared;
  const std::filesystem::path root = session.dir.root;
  print_warnings(session.warnings);
  const SweepSpec spec = session.sweep.spec();
  announce(session.sweep, root, args, places, trainer.starts_in, resumed);
  RunOptions options;
  options.slots = places.slots;
  options.devices = places.devices;
  options.interrupts = &catch_interrupts();
  options.min_free = args.min_free.value_or(options.min_free);
  LiveTable table(spec);
  EventLines lines(args.json, session.sweep);
  const bool live = on_terminal() && !args.json && !args.quiet;
  if (live) options.on_progress = [&](const Snapshot& snapshot) { table.draw(snapshot); };
  const auto warn = [&](const std::string& text) { live ? table.warn(text) : print_warnings({text}); };
  options.on_notice = warn;
  AbsentMetric absent(session.sweep.objective() == nullptr || resumed ? "" : session.sweep.objective()->name);
  bool said_what_pauses_cost = !spec.runs_program();  // others save by themselves, or need not (an exploit's pause)
  options.on_event = [&, show = !live && !args.quiet](const Event& event) {
    if (const auto text = absent.look_at(event)) warn(*text);
    const auto* paused = event.as<event::Paused>();
    if (paused != nullptr && !paused->from_step && !std::exchange(said_what_pauses_cost, true)) {
      warn(
          fmt::format("trial {} paused without a checkpoint: when it goes on it starts over, and no other trial can "
                      "take over what it has learned (docs/programs.md, Checkpoints)",
                      event.trial));
    }
    if (show) lines(event);
  };
  const auto outcome = winnow::run(std::move(session), std::move(trainer.factory), options);
  table.clear();
  if (!outcome) return complain(outcome.error());
  return finish(*outcome, args);
}

int finish(const Outcome& outcome, const DriveArgs& args) {
  if (outcome.error) complain(*outcome.error);
  print_warnings(outcome.warnings);
  const int code = summarise(outcome, args.json);
  if (outcome.abandoned > 0 && !outcome.error && !args.json) {
    print("{} trial{} never returned and had to be given up\n", outcome.abandoned, outcome.abandoned == 1 ? "" : "s");
  }
  if (outcome.abandoned > 0 || outcome.error || !outcome.warnings.empty()) leave(code);
  return code;
}

int start(const SweepFile& file, const NewRun& run, const DriveArgs& args) {
  auto trainer = prepare(file.parsed.spec, file.path.parent_path(), args.slots, run.started_from);
  if (!trainer) return complain(run.file, trainer.error());
  auto session = create_session(file, run.root, run.seed.value_or(draw_seed()));
  if (!session) return complain(session.error());
  return drive(std::move(*session), std::move(*trainer), args, false);
}

}  // namespace winnow::cli

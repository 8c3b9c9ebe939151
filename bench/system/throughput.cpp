/// The whole system at work: actors, ledger with WAL checkpoints, metrics file, log, snapshots for a live table.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>

#include <winnow/engine/run.hpp>

#include "figures.hpp"

namespace winnow::bench {
namespace {

/// What the snapshots of a run show.
struct Watch {
  double warm_up = 1;
  double seconds = 10;
  std::atomic<int> interrupts{0};
  double start = seconds_now();
  double from = 0, to = 0;  ///< the measured window
  SweepCounts first, last;
  double last_commit = seconds_now();
  double longest_gap = 0;  ///< without a commit, as seen by snapshots
  std::int64_t durable = 0;

  void see(const Snapshot& snapshot) {
    const double now = seconds_now();
    if (interrupts > 0) return;
    longest_gap = std::max(longest_gap, now - last_commit);
    if (snapshot.durable_seq != durable) {
      durable = snapshot.durable_seq;
      last_commit = now;
    }
    if (now < start + warm_up) return;
    if (from == 0) {
      from = now;
      first = snapshot.counts;
    }
    to = now;
    last = snapshot.counts;
    if (now >= from + seconds) interrupts = 1;
  }
};

struct Ran {
  double wall = 0;
  double cpu = 0;
  double behind = 0;  ///< seconds from the sweep's end until the metrics file had everything
};

Ran run_for(Watch& watch, Session session, std::shared_ptr<TrainableFactory> factory, int slots) {
  RunOptions options;
  options.slots = slots;
  options.interrupts = &watch.interrupts;
  double last_seen = 0;
  options.on_progress = [&](const Snapshot& snapshot) {
    watch.see(snapshot);
    last_seen = seconds_now();
  };
  const double cpu = cpu_seconds();
  const double start = seconds_now();
  const Outcome outcome = must(run(std::move(session), std::move(factory), options));
  if (outcome.error) die(outcome.error->message);
  return {seconds_now() - start, cpu_seconds() - cpu, seconds_now() - last_seen};
}

std::int64_t ended(const SweepCounts& counts) {
  return counts.stopped + counts.completed + counts.failed;
}

}  // namespace

void measure_reports(const Settings& settings, int slots, Figures& figures) {
  const auto root = settings.directory / "reports";
  const double syncs_before = fdatasync_per_s(settings.directory);
  Session session = make_session(root, "scheduler: {type: asha, max_t: 729, grace_period: 27, reduction_factor: 3}\n");
  Watch watch;
  watch.seconds = settings.seconds;
  const Ran ran = run_for(watch, std::move(session), trivial_trainer(0), slots);
  const double window = watch.to - watch.from;
  const auto figure = [&](const char* name, double value) { figures[fmt::format("{}_{}", name, slots)] = value; };
  figure("reports_per_s", static_cast<double>(watch.last.reports - watch.first.reports) / window);
  // A shared disk's rate changes from one minute to the next, so it is taken on both sides of the run.
  figure("fdatasync_per_s_before", syncs_before);
  figure("fdatasync_per_s_after", fdatasync_per_s(settings.directory));
  figure("cpu_us_per_report", ran.cpu / static_cast<double>(watch.last.reports) * 1e6);
  figure("reports_per_trial", static_cast<double>(watch.last.reports) / static_cast<double>(ended(watch.last)));
  figure("longest_s_without_commit", watch.longest_gap);
  figure("metrics_file_behind_s", ran.behind);
  std::filesystem::remove_all(root);
}

void measure_trials(const Settings& settings, Figures& figures) {
  const auto root = settings.directory / "trials";
  Session session = make_session(root, "scheduler: {type: asha, max_t: 27, grace_period: 1, reduction_factor: 3}\n");
  Watch watch;
  watch.seconds = settings.seconds;
  const Ran ran = run_for(watch, std::move(session), trivial_trainer(1), 64);
  figures["trials_per_s_64"] = static_cast<double>(ended(watch.last) - ended(watch.first)) / (watch.to - watch.from);
  figures["cpu_us_per_trial_64"] = ran.cpu / static_cast<double>(ended(watch.last)) * 1e6;
  figures["longest_s_without_commit_trials_64"] = watch.longest_gap;
  figures["metrics_file_behind_s_trials_64"] = ran.behind;
  std::filesystem::remove_all(root);
}

void measure_heap(const Settings& settings, Figures& figures) {
  const auto root = settings.directory / "heap";
  const auto trials = static_cast<std::int64_t>(100'000 * settings.scale);
  Session session = make_session(
      root,
      fmt::format("scheduler: {{type: asha, max_t: 27, grace_period: 1, reduction_factor: 3}}\nrun_cap: {}\n", trials));
  RunOptions options;
  options.slots = 64;
  struct Point {
    double trials = 0;
    double bytes = 0;
  };
  Point first;
  Point last;
  options.on_progress = [&](const Snapshot& snapshot) {
    if (ended(snapshot.counts) < trials / 5) return;  // by then caches of a fixed size are full
    last = {static_cast<double>(ended(snapshot.counts)), heap_bytes()};
    if (first.trials == 0) first = last;
  };
  const Outcome outcome = must(run(std::move(session), trivial_trainer(0, 0), options));
  if (outcome.error) die(outcome.error->message);
  figures["bytes_per_trial"] = (last.bytes - first.bytes) / (last.trials - first.trials);
  std::filesystem::remove_all(root);
}

}  // namespace winnow::bench

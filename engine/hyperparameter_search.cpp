#include <algorithm>
#include <cstdio>
#include <utility>

#include <winnow/engine/hyperparameter_search.hpp>
#include <winnow/engine/run.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/best.hpp>
#include <winnow/sweep/failures.hpp>

namespace winnow::hf {
namespace {

Result<Outcome> run_or_resume(const SearchOptions& options, const SweepSpec& sweep,
                              std::shared_ptr<TrainableFactory> trials, const std::string& crash) {
  RunOptions run_options;
  run_options.dir = options.dir;
  run_options.slots = options.slots;
  run_options.interrupts = options.interrupts;
  run_options.on_notice = [&](const std::string& text) { say(options, text); };
  if (options.dir.empty() || !holds_run(options.dir)) return run(sweep, std::move(trials), run_options);
  auto session = open_session(options.dir, {.file = false, .set = {{"run_cap", options.n_trials}}, .crash = crash});
  if (!session) return fail(std::move(session.error()));
  const SweepSpec& recorded = session->sweep.spec();
  if (recorded.space != sweep.space || recorded.metrics != sweep.metrics) {
    return fail(errc::invalid_input, options.dir.string() +
                                         ": holds a search of another space or of other directions; another dir is "
                                         "right, or none");
  }
  return run(std::move(*session), std::move(trials), run_options);
}

BestRun best_run(const Sweep& sweep, TrialId number, const std::string& why, const std::filesystem::path& dir) {
  const winnow::Trial& trial = *sweep.find(number);
  return {.run_id = std::to_string(number),
          .objective = objective_values(sweep, trial),
          .hyperparameters = trial.params,
          .run_summary = {{"dir", dir.string()}, {"why", why}, {"trials", sweep.trials().size()}}};
}

/// Where trials failed and none came to a value.
Result<std::vector<BestRun>> nothing_but_failures(const Sweep& sweep, const std::filesystem::path& dir) {
  const winnow::Trial* last = last_failure(sweep);
  if (last == nullptr) return std::vector<BestRun>();
  return fail(errc::trial_failed, dir.string() + ": " + std::to_string(sweep.counts().failed) +
                                      " trials failed, and none ended well; the last one, " +
                                      std::to_string(last->number) + ": " + last->reason);
}

void say_failures(const SearchOptions& options, const Sweep& sweep) {
  const winnow::Trial* last = last_failure(sweep);
  if (last == nullptr) return;
  say(options, std::to_string(sweep.counts().failed) + " of " + std::to_string(sweep.trials().size()) +
                   " trials failed; the last one, " + std::to_string(last->number) + ": " + last->reason);
}

}  // namespace

void say(const SearchOptions& options, const std::string& text) {
  options.on_notice ? options.on_notice(text) : void(std::fprintf(stderr, "winnow: %s\n", text.c_str()));
}

Result<std::vector<BestRun>> run_search(const SearchOptions& options, const SweepSpec& sweep,
                                        std::shared_ptr<TrainableFactory> trials, const std::string& crash) {
  const auto outcome = run_or_resume(options, sweep, std::move(trials), crash);
  if (!outcome) return fail(outcome.error());
  if (outcome->error) return fail(*outcome->error);
  const auto run = recover(outcome->dir);
  if (!run) return fail(run.error());
  std::vector<TrialId> best;
  if (sweep.metrics.size() > 1) {
    best = pareto_front(run->sweep);
  } else if (const auto one = best_trial(run->sweep); one && run->sweep.find(one->trial)->state != TrialState::failed) {
    best = {one->trial};
  }
  if (best.empty()) return nothing_but_failures(run->sweep, outcome->dir);
  say_failures(options, run->sweep);
  std::vector<BestRun> runs;
  for (const TrialId number : best) runs.push_back(best_run(run->sweep, number, outcome->why, outcome->dir));
  return runs;
}

}  // namespace winnow::hf

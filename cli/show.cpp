/// `winnow show`, `best` and `replay`: what the ledger says, also while the sweep runs.
#include <fmt/format.h>

#include <cstdio>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/search/replay.hpp>
#include <winnow/search/session.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {

int show(const DirArgs& args) {
  const auto run = recover(args.dir);
  if (!run) return complain(run.error());
  const Sweep& sweep = run->sweep;
  if (args.json) {
    OrderedJson json = summary_json(sweep, args.dir, sweep.finished() ? "finished" : "not finished");
    json["event"] = "show";
    json["name"] = sweep.spec().name;
    json["list"] = OrderedJson::array();
    for (const Trial& trial : sweep.trials()) json["list"].push_back(trial_json(sweep, trial));
    print_json(json);
    return kDone;
  }
  fmt::print("{:>6}  {:<9}  {:>6}  {:>4}  {:>12}  {}\n", "trial", "state", "step", "rung",
             sweep.objective() != nullptr ? sweep.objective()->name.substr(0, 12) : "value", "parameters");
  for (const Trial& trial : sweep.trials()) {
    fmt::print("{:>6}  {:<9}  {:>6}  {:>4}  {:>12}  {}{}\n", trial.number, to_string(trial.state), trial.last_step,
               trial.rung < 0 ? "-" : std::to_string(trial.rung), value_text(trial_value(sweep, trial)),
               params_text(trial.params), trial.state == TrialState::failed ? "  [" + trial.reason + "]" : "");
  }
  fmt::print("{}", summary_text(sweep, args.dir, sweep.finished() ? "finished" : "not finished"));
  return kDone;
}

int best(const DirArgs& args) {
  const auto run = recover(args.dir);
  if (!run) return complain(run.error());
  const bool any =
      run->sweep.spec().metrics.size() > 1 ? !pareto_front(run->sweep).empty() : best_trial(run->sweep).has_value();
  if (args.json) {
    print_json(best_json(run->sweep, args.dir));
  } else {
    fmt::print("{}", best_text(run->sweep, args.dir));
  }
  return any ? kDone : kFailed;
}

int replay(const DirArgs& args) {
  const auto outcome = winnow::replay(args.dir);
  if (!outcome) return complain(outcome.error());
  const auto& difference = outcome->difference;
  if (args.json) {
    OrderedJson json{
        {"events", outcome->events}, {"decisions", outcome->decisions}, {"equal", !difference.has_value()}};
    if (difference) {
      json["difference"] = {{"seq", difference->seq},
                            {"what", difference->what},
                            {"recorded", difference->recorded},
                            {"replayed", difference->replayed}};
    }
    print_json(json);
  } else if (difference) {
    fmt::print("event {}: {}\n  recorded: {}\n  replayed: {}\n", difference->seq, difference->what,
               difference->recorded, difference->replayed);
  } else {
    fmt::print("{} events, {} decisions: all as recorded\n", outcome->events, outcome->decisions);
  }
  return difference ? kFailed : kDone;
}

}  // namespace winnow::cli

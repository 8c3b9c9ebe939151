/// `winnow best` and `replay`: what the ledger says, also while the sweep runs.
#include <fmt/format.h>

#include <cstdio>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/session/replay.hpp>
#include <winnow/session/session.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {

int best(const DirArgs& args) {
  const auto run = recover(args.dir);
  if (!run) return complain(run.error());
  const bool any =
      run->sweep.spec().metrics.size() > 1 ? !pareto_front(run->sweep).empty() : best_trial(run->sweep).has_value();
  if (args.json) {
    print_json(best_json(run->sweep, args.dir));
  } else {
    print("{}", best_text(run->sweep, args.dir));
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
    print("event {}: {}\n  recorded: {}\n  replayed: {}\n", difference->seq, difference->what, difference->recorded,
          difference->replayed);
  } else {
    print("{} events, {} decisions: all as recorded\n", outcome->events, outcome->decisions);
  }
  return difference ? kFailed : kDone;
}

}  // namespace winnow::cli

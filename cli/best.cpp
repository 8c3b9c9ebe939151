/// `winnow best`: also while the sweep runs.
#include <memory>
#include <string>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/session/recovered.hpp>
#include <winnow/sweep/best.hpp>

namespace winnow::cli {
namespace {

struct BestArgs {
  std::string dir;
  bool json = false;
};

int best(const BestArgs& args) {
  const auto run = recover(args.dir);
  if (!run) return complain(run.error());
  const bool any =
      run->sweep.spec().metrics.size() > 1 ? !pareto_front(run->sweep).empty() : best_trial(run->sweep).has_value();
  if (args.json) {
    print_json(best_json(run->sweep, args.dir));
  } else {
    put(best_text(run->sweep, args.dir));
  }
  return any ? kDone : kFailed;
}

}  // namespace

void add_best(CLI::App& app, int& code) {
  const auto args = std::make_shared<BestArgs>();
  CLI::App* command = add_command(app, "best", "Show the best trial of a run (several metrics: the Pareto list)",
                                  "winnow best runs/first");
  add_run_directory(*command, args->dir);
  command->add_flag("--json", args->json, "as JSON");
  command->callback([args, &code] { code = best(*args); });
}

}  // namespace winnow::cli

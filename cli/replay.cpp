/// `winnow replay`: whether a run's recorded decisions are those that its inputs lead to.
#include <memory>
#include <string>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/session/replay.hpp>

namespace winnow::cli {
namespace {

struct ReplayArgs {
  RunChoice run;
  bool json = false;
};

int replay(const ReplayArgs& args) {
  const auto found = find_run(args.run);
  if (!found) return complain(found.error());
  const auto outcome = winnow::replay(found->place.root);
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

}  // namespace

void add_replay(CLI::App& app, int& code) {
  const auto args = std::make_shared<ReplayArgs>();
  CLI::App* command = add_command(
      app, "replay", "Decide everything again from the recorded inputs and compare; exit code 1 at a difference",
      "winnow replay runs/first", "0 all as recorded, 1 a difference, or the run can't be read, 2 bad input or usage");
  add_run_to_look_at(*command, args->run);
  command->add_flag("--json", args->json, "as JSON");
  add_daemon_options(*command, args->run.daemon);
  command->callback([args, &code] { code = replay(*args); });
}

}  // namespace winnow::cli

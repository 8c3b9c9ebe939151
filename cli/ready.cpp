/// `winnow ready`: for scripts, and for what watches a container.
#include <fmt/format.h>

#include <memory>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>

namespace winnow::cli {
namespace {

struct ReadyArgs {
  DaemonChoice daemon;
  bool json = false;
};

int ready(const ReadyArgs& args) {
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  const auto answer = ask_daemon(*place, {.target = "/readyz"});
  if (!answer) return complain(answer.error());
  if (args.json) {
    print_json(*answer);
  } else {
    print("{}: ready\n", place->name());
  }
  return kDone;
}

}  // namespace

void add_ready(CLI::App& app, int& code) {
  const auto args = std::make_shared<ReadyArgs>();
  CLI::App* command = add_command(app, "ready", "Ask whether a daemon (winnowd) takes sweeps and keeps reports",
                                  "until winnow ready; do sleep 1; done", "0 it does, 1 it doesn't, or nobody answers");
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "as JSON");
  command->callback([args, &code] { code = ready(*args); });
}

}  // namespace winnow::cli

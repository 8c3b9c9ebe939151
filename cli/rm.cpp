/// `winnow rm`: sweeps of a daemon, with all that they came to.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>

namespace winnow::cli {
namespace {

struct RemoveArgs {
  DaemonChoice daemon;
  std::vector<std::string> named;
  bool yes = false;
  bool json = false;
};

/// Whoever is asked sees the question: both ends are a terminal's. A script isn't asked.
bool agreed(const std::vector<std::string>& ids) {
  if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1) return true;
  fmt::print(stderr, "Delete {}, with ledger, logs and checkpoints? [y/N] ", fmt::join(ids, ", "));
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

/// Only by its whole name: what is deleted doesn't come back.
Result<std::string> id_of(const DaemonPlace& place, const std::string& named) {
  const auto sweep = daemon_sweep(place, named);
  if (!sweep) return fail(sweep.error());
  const std::string id = sweep->at("id");
  if (id == named) return id;
  return fail(errc::invalid_input, fmt::format("{}: rm takes whole names; is {} meant?", named, id));
}

Error with_advice(Error error, const RemoveArgs& args, const std::string& id) {
  if (error.code != errc::illegal_state) return error;
  const std::string option = option_of(args.daemon);
  error.message += fmt::format("; `winnow stop {} --now{}` does", id, option.empty() ? "" : " " + option);
  return error;
}

int remove(const RemoveArgs& args) {
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  std::vector<std::string> ids;
  for (const std::string& named : args.named) {  // all of them are right, or nothing is deleted
    auto id = id_of(*place, named);
    if (!id) return complain(id.error());
    if (std::find(ids.begin(), ids.end(), *id) == ids.end()) ids.push_back(std::move(*id));
  }
  if (!args.yes && !agreed(ids)) return complain({errc::cancelled, "nothing was deleted"});
  int code = kDone;
  for (const std::string& id : ids) {
    const auto done = ask_daemon(*place, {.method = "DELETE", .target = "/api/v1/sweeps/" + percent_encoded(id)});
    if (!done) {
      const int failed = complain(with_advice(done.error(), args, id));
      code = code == kDone ? failed : code;
    } else if (args.json) {
      print_json({{"deleted", id}});
    } else {
      print("{}: deleted\n", id);
    }
  }
  return code;
}

}  // namespace

void add_rm(CLI::App& app, int& code) {
  const auto args = std::make_shared<RemoveArgs>();
  CLI::App* command =
      add_command(app, "rm", "Delete sweeps of a daemon (winnowd) that don't run, with all that is theirs",
                  "winnow rm digits-20260131-120000 --yes");
  command->add_option("sweep", args->named, "their whole names, as winnow ls has them")->type_name("SWEEP")->required();
  command->add_flag("-y,--yes", args->yes, "don't ask; in a script nobody is asked");
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "each that was deleted a line as JSON");
  command->callback([args, &code] { code = remove(*args); });
}

}  // namespace winnow::cli

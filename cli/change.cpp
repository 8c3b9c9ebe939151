/// `winnow change`: what part of a daemon's slots a sweep has.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>

#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/engine/managed.hpp>

namespace winnow::cli {
namespace {

struct ChangeArgs {
  DaemonChoice daemon;
  std::string named;
  std::optional<double> weight;
  std::optional<int> priority;
  std::optional<int> slots;
  bool json = false;
};

int change(const ChangeArgs& args) {
  Value body = Value::object();
  if (args.weight) body["weight"] = *args.weight;
  if (args.priority) body["priority"] = *args.priority;
  if (args.slots) body["slots"] = *args.slots;
  if (body.empty()) return complain({errc::invalid_input, "change: give --weight, --priority or --slots"});
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  const auto sweep = daemon_sweep(*place, args.named);
  if (!sweep) return complain(sweep.error());
  const std::string id = sweep->at("id");
  const auto now =
      ask_daemon(*place, {.method = "PATCH", .target = "/api/v1/sweeps/" + percent_encoded(id), .body = body.dump()});
  if (!now) return complain(id, now.error());
  if (args.json) {
    print_json(*now);
    return kDone;
  }
  const int slots = now->at("slots");
  print("{}: weight {:g}, priority {}, {}\n", id, now->at("weight").get<double>(), now->at("priority").get<int>(),
        slots == 0 ? "slots as the file says" : fmt::format("{} slots at most", slots));
  return kDone;
}

}  // namespace

void add_change(CLI::App& app, int& code) {
  const auto args = std::make_shared<ChangeArgs>();
  CLI::App* command =
      add_command(app, "change", "Change what part of a daemon's (winnowd) slots a sweep has, from now on",
                  "winnow change digits-20260131-120000 --weight 3");
  add_daemon_sweep(*command, args->named);
  command->add_option("--weight", args->weight, "its part of the time beside other sweeps")
      ->check(CLI::Range(kLeastWeight, kMostWeight));
  command->add_option("--priority", args->priority, "a higher one goes first")->check(CLI::Range(-100, 100));
  command->add_option("--slots", args->slots, "trials at a time at most; 0: as the file says")
      ->check(CLI::Range(0, kMostSlots));
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "the sweep as JSON");
  command->callback([args, &code] { code = change(*args); });
}

}  // namespace winnow::cli

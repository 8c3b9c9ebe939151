/// `winnow watch` and `winnow top`: a daemon's sweeps as they go on.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <winnow/base/clock.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/interrupts.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/screen.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/cli/watched.hpp>

namespace winnow::cli {
namespace {

constexpr int kInterval = 1000;  ///< milliseconds

struct WatchArgs {
  DaemonChoice daemon;
  std::string id;
  bool all = false;
  bool json = false;
};

/// What is asked for once a second.
struct Looks {
  std::function<Result<void>()> look;  ///< fails where nobody answers
  std::function<std::vector<std::string>(std::size_t width, std::size_t rows)> lines;
  std::function<std::optional<int>()> end;  ///< the exit code, when it is over
};

/// Until it is over, or whoever watches leaves: by q or Ctrl-C. A daemon that doesn't answer any more is waited for.
int follow(const Looks& looks, bool drawn) {
  const auto& signals = catch_interrupts();
  if (auto first = looks.look(); !first) return complain(first.error());
  std::optional<Keys> keys;
  if (drawn) keys.emplace();
  Screen screen;
  std::string trouble;
  for (;;) {
    if (drawn) {
      const TerminalSize size = terminal_size().value_or(TerminalSize{80, 24});
      const auto width = static_cast<std::size_t>(std::max(size.columns - 1, 1));
      auto lines = looks.lines(width, static_cast<std::size_t>(std::max(size.rows - 2, 4)));
      lines.push_back(clip(one_line(trouble.empty() ? "q leaves" : trouble), width));
      screen.draw(lines);
    }
    flush_output();
    if (const auto code = looks.end()) return *code;
    std::optional<char> key;
    if (keys) {
      key = keys->next(kInterval);
    } else {
      ::poll(nullptr, 0, kInterval);
    }
    if (signals > 0 || key == 'q' || key == 'Q' || output_is_closed()) return kDone;
    const auto looked = looks.look();
    const std::string said = looked ? "" : looked.error().message;
    if (!drawn && !said.empty() && trouble.empty()) print_warnings({said});
    trouble = said;
  }
}

int watch(const WatchArgs& args) {
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  const auto named = daemon_sweep(*place, args.id);
  if (!named) return complain(named.error());
  const std::string target = "/api/v1/sweeps/" + percent_encoded(named->at("id").get<std::string>());
  Watched watched;
  const bool drawn = on_terminal() && !args.json;
  std::string last;
  Looks looks;
  looks.look = [&]() -> Result<void> {
    const auto sweep = ask_daemon(*place, {.target = target});
    if (!sweep) return fail(sweep.error());
    watched.note(*sweep, steady_clock());
    const std::string now = args.json ? json_text(*sweep) : watch_line(watched);
    if (!drawn && now != std::exchange(last, now)) print("{}\n", now);
    return {};
  };
  looks.lines = [&](std::size_t width, std::size_t) { return watch_lines(watched, width); };
  looks.end = [&]() -> std::optional<int> {
    const std::string state = watched.text("state");
    if (state == "damaged" || watched.sweep().value("fell_short", false)) return kFailed;
    return state == "finished" ? std::optional(kDone) : std::nullopt;
  };
  return follow(looks, drawn);
}

int top(const WatchArgs& args) {
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  std::map<std::string, Watched> sweeps;
  std::map<std::string, std::string> last;
  const bool drawn = on_terminal() && !args.json;
  Looks looks;
  looks.look = [&]() -> Result<void> {
    std::map<std::string, Watched> now;
    for (const char* state : {"running", "paused", "damaged", "finished"}) {
      if (std::string_view(state) == "finished" && !args.all) continue;
      const auto those = daemon_sweeps(*place, state);
      if (!those) return fail(those.error());
      for (const Value& sweep : *those) {
        const std::string id = sweep.at("id");
        Watched watched = std::move(sweeps[id]);
        watched.note(sweep, steady_clock());
        const std::string line = args.json ? json_text(sweep) : watch_line(watched);
        if (!drawn && line != std::exchange(last[id], line)) print("{}\n", line);
        now.insert_or_assign(id, std::move(watched));
      }
    }
    sweeps = std::move(now);
    return {};
  };
  looks.lines = [&](std::size_t width, std::size_t rows) { return top_lines(sweeps, place->name(), width, rows); };
  looks.end = [] { return std::optional<int>(); };
  return follow(looks, drawn);
}

}  // namespace

void add_watch(CLI::App& app, int& code) {
  const auto args = std::make_shared<WatchArgs>();
  CLI::App* command =
      add_command(app, "watch", "Follow a sweep of a daemon (winnowd) to its end; q or Ctrl-C leaves, and it goes on",
                  "winnow watch digits-20260131-120000",
                  "0 it is finished, or you left, 1 it is damaged, or has nothing to show: too many trials failed, or "
                  "none has a value, 2 bad usage");
  add_daemon_sweep(*command, args->id);
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "each change a line as JSON");
  command->callback([args, &code] { code = watch(*args); });
}

void add_top(CLI::App& app, int& code) {
  const auto args = std::make_shared<WatchArgs>();
  CLI::App* command = add_command(app, "top", "The sweeps of a daemon (winnowd) as they go on; q or Ctrl-C leaves",
                                  "winnow top --context box", "0 you left, 1 nobody answers, 2 bad usage");
  command->add_flag("--all", args->all, "finished ones, too");
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "each change of each sweep a line as JSON");
  command->callback([args, &code] { code = top(*args); });
}

}  // namespace winnow::cli

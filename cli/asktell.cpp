/// `winnow asktell`: JSON lines in, JSON lines out.
#include <signal.h>

#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <winnow/base/clock.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/space_options.hpp>
#include <winnow/engine/feed.hpp>
#include <winnow/session/asktell.hpp>
#include <winnow/session/edits.hpp>
#include <winnow/session/ledger_watch.hpp>
#include <winnow/session/recovered.hpp>

namespace winnow::cli {
namespace {

struct AskTellArgs {
  std::string file;
  std::string dir;  ///< empty: runs/<name>-<time>
  std::optional<std::uint64_t> seed;
  std::vector<std::string> set;  ///< as for resume, where the run exists
  SpaceArgs space;
};

/// An existing run in `dir` goes on, if it is of the same sweep file; else a new one is made.
Result<Session> session_of(const AskTellArgs& args, const Edits& edits) {
  const auto file = read_sweep(args.file, args.space);
  if (!file) return fail(file.error());
  print_warnings(file->parsed.warnings);
  if (!args.dir.empty() && holds_run(args.dir)) {
    if (auto current = bring_up_to_date(args.dir); !current) return fail(current.error());
    const auto before = recover(args.dir);
    if (!before) return fail(before.error());
    // Before the directory is taken, so that a refused edit changes nothing in it.
    const auto edited = edit(*before, RunDir{args.dir}, edits, wall_clock());
    if (!edited) return fail(edited.error());
    if (before->text != file->text) {
      return fail(errc::invalid_input,
                  args.dir + ": holds a run of another sweep file; give the same file or another directory");
    }
    return open_session(args.dir, edits);
  }
  if (!edits.set.empty()) return fail(errc::invalid_input, "--set: there is no run yet; put it into the sweep file");
  const auto root = args.dir.empty() ? default_run_root(file->parsed.spec.name) : std::filesystem::path(args.dir);
  return create_session(*file, root, args.seed.value_or(draw_seed()));
}

/// Metrics file and log.
struct Following {
  Ticker ticker;
  std::optional<EventFeed> feed;
};

/// Until the client leaves, or can't be answered any more.
int converse(AskTell& desk, const LedgerWatch& watch, std::optional<Following>& following) {
  std::string line;
  while (!output_is_closed() && std::getline(std::cin, line)) {
    if (const auto lost = watch.look()) return complain(lost->error);
    print_json(desk.handle(line));
    flush_output();
    if (following) continue;
    following.emplace();  // behind the first answer, which should come at once
    auto started = EventFeed::start(following->ticker, desk.session().dir, desk.session().ledger, {}, {});
    if (!started) return complain(started.error());
    following->feed.emplace(std::move(*started));
  }
  return kDone;
}

int asktell(const AskTellArgs& args) {
  const auto edits = parse_edits(args.set);
  if (!edits) return complain(edits.error());
  auto session = session_of(args, *edits);
  if (!session) return complain(session.error());
  ::signal(SIGPIPE, SIG_IGN);  // a client that has left is seen by its answer
  print_warnings(session->warnings);
  if (args.dir.empty()) std::cerr << "winnow: run directory " << session->dir.root.string() << '\n';
  const RunDir dir = session->dir;
  const LedgerWatch watch(dir);
  AskTell desk(std::move(*session));
  std::optional<Following> following;
  int code = converse(desk, watch, following);
  if (auto closed = desk.close(); !closed && code == kDone) code = complain(closed.error());
  if (!following || !following->feed) return code;
  const auto finished = following->feed->finish();
  if (!finished && code == kDone) print_warnings({finished.error().message});
  if (!finished || code != kDone) leave(code);
  return code;
}

}  // namespace

void add_asktell(CLI::App& app, int& code) {
  const auto args = std::make_shared<AskTellArgs>();
  CLI::App* command =
      add_command(app, "asktell", "Ask for trials and report them as JSON lines on standard input and output",
                  R"(printf '{"op":"ask"}\n' | winnow asktell sweep.yaml --dir runs/loop)");
  add_sweep_file(*command, args->file);
  command->add_option("--dir", args->dir, "the run directory; an existing run goes on [runs/<name>-<time>]")
      ->type_name(kDirectory)
      ->check(kNamed);
  command->add_option("--seed", args->seed, "the seed, if the file has none")->check(kSeed);
  command->add_option("--set", args->set, "NAME=VALUE: a setting of an existing run, as in resume")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  args->space.options.needs_command = false;
  add_space_options(*command, args->space);
  command->callback([args, &code] { code = asktell(*args); });
}

}  // namespace winnow::cli

/// `winnow submit` and `winnow ls`: sweeps of a daemon.
#include <fmt/format.h>

#include <memory>

#include <winnow/base/file.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/shipment.hpp>
#include <winnow/cli/summary.hpp>
#include <winnow/cli/terminal.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/cli/watched.hpp>
#include <winnow/engine/managed.hpp>
#include <winnow/spec/sweep_file.hpp>

namespace winnow::cli {
namespace {

constexpr std::size_t kShownName = 32;  ///< columns of a terminal

struct SubmitArgs {
  std::string file;
  DaemonChoice daemon;
  SweepShare share;
  std::vector<std::string> with;
  bool json = false;
};

struct ListArgs {
  DaemonChoice daemon;
  std::string state;
  bool json = false;
};

/// What a daemon on another machine must have for itself.
void print_what_must_be_there(const std::vector<std::filesystem::path>& files, const std::filesystem::path& folder) {
  std::string there, with;
  for (const auto& file : files) {
    there += (there.empty() ? "" : ", ") + file.string();
    const auto inside = file.lexically_relative(folder.lexically_normal()).string();
    if (!inside.starts_with("..")) with += " " + inside;
  }
  const std::string instead = with.empty() ? "" : fmt::format("; --with{} sends them along", with);
  print_warnings({fmt::format("the daemon looks for {} on its own machine{}", there, instead)});
}

/// Where relative paths in the file start for the daemon, as it stands in the query: the file's folder, what was sent
/// ahead, or nothing, where nothing is looked for.
Result<std::string> place_of_files(const SubmitArgs& args, const SweepSpec& spec, const DaemonPlace& place) {
  const auto folder = absolute_path(args.file).parent_path();
  if (!args.with.empty()) {
    const auto files = shipped_files(args.with, folder);
    if (!files) return fail(files.error());
    const auto upload = ship(place, *files);
    if (!upload) return fail(upload.error());
    return "&upload=" + *upload;
  }
  if (is_elsewhere(place)) {
    const auto files = files_named(spec, folder);
    if (!files.empty()) print_what_must_be_there(files, folder);
    if (files.empty() && spec.process.directory.empty()) return std::string();
  }
  return "&base=" + percent_encoded(folder.string());
}

int submit(const SubmitArgs& args) {
  const auto file = read_sweep_file(args.file);  // what is wrong in it is said of it, as it stands here
  if (!file) return complain(file.error());
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  const bool json = file->path.extension() == ".json" || file->text.starts_with('{');
  const auto files = place_of_files(args, file->parsed.spec, *place);
  if (!files) return complain(files.error());
  const auto answer = ask_daemon(
      *place, {.method = "POST",
               .target = fmt::format("/api/v1/sweeps?weight={}&priority={}&slots={}{}",
                                     format_double(args.share.weight), args.share.priority, args.share.slots, *files),
               .body = file->text,
               .content_type = json ? "application/json" : "application/yaml"});
  if (!answer) {
    if (!args.with.empty()) discard_shipment(*place, files->substr(files->find('=') + 1));
    return complain(args.file, answer.error());
  }
  print_warnings(answer->value("warnings", std::vector<std::string>()));
  if (args.json) {
    print_json(*answer);
  } else {
    print("{}\n", answer->at("id").get<std::string>());
  }
  return kDone;
}

int list(const ListArgs& args) {
  const auto place = daemon_place(args.daemon);
  if (!place) return complain(place.error());
  const auto sweeps = daemon_sweeps(*place, args.state);
  if (!sweeps) return complain(sweeps.error());
  // On a terminal a line is a line: a long name, whose beginning is enough for every command, and the reason are cut.
  const std::size_t width = output_width();
  TextTable table({{"SWEEP", false, 0, width == kNoLimit ? kNoLimit : kShownName},
                   {"STATE"},
                   {"RUN", true},
                   {"DONE", true},
                   {"FAILED", true},
                   {"BEST", true},
                   {"WHY"}});
  for (const Value& sweep : *sweeps) {
    if (args.json) {
      print_json(sweep);
      continue;
    }
    Watched one;
    one.note(sweep, 0);
    table.add({one.text("id"), one.text("state"), std::to_string(one.trials("running")), one.done_text(),
               std::to_string(one.trials("failed")), value_text(one.best()), one.why()});
  }
  if (args.json) return kDone;
  for (const std::string& line : table.lines(width)) print("{}\n", line);
  return kDone;
}

}  // namespace

void add_submit(CLI::App& app, int& code) {
  const auto args = std::make_shared<SubmitArgs>();
  CLI::App* command =
      add_command(app, "submit", "Give a sweep file to a daemon (winnowd), which runs it; prints its name",
                  "winnow submit sweep.yaml --weight 2\n"
                  "  winnow submit sweep.yaml --context box --with train.py data    files that it names, too");
  command->add_option("file", args->file, "the sweep file (YAML or JSON)")->type_name(kFile)->required()->check(kNamed);
  command->add_option("--weight", args->share.weight, "its part of the time beside other sweeps [1]")
      ->check(CLI::Range(kLeastWeight, kMostWeight));
  command->add_option("--priority", args->share.priority, "a higher one goes first [0]")->check(CLI::Range(-100, 100));
  command->add_option("--slots", args->share.slots, "trials at a time at most [as the file says]")
      ->check(CLI::Range(0, kMostSlots));
  command
      ->add_option("--with", args->with,
                   "files and folders beside the sweep file that are sent along and become the sweep's own: for a "
                   "daemon that doesn't see this disk")
      ->type_name(kFile)
      ->check(kNamed);
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "the sweep as JSON");
  command->callback([args, &code] { code = submit(*args); });
}

void add_ls(CLI::App& app, int& code) {
  const auto args = std::make_shared<ListArgs>();
  CLI::App* command = add_command(app, "ls", "The sweeps of a daemon (winnowd)", "winnow ls --state running");
  std::vector<std::string> states;
  for (const SweepState state : kSweepStates) states.emplace_back(to_string(state));
  command->add_option("--state", args->state, "only those in this state")->type_name(one_of("STATE", states));
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "one sweep a line as JSON");
  command->callback([args, &code] { code = list(*args); });
}

}  // namespace winnow::cli

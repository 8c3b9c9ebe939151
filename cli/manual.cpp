/// `winnow manual` and `winnowd manual`, hidden: the manual pages, as the build makes them.
#include <fmt/format.h>
#include <build_info.hpp>

#include <filesystem>
#include <memory>
#include <string>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/declared.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/man_page.hpp>
#include <winnow/cli/output.hpp>

namespace winnow::cli {
namespace {

struct ManualArgs {
  std::string dir;
  std::string date;
};

/// Writes a page for each command that --help lists, `winnow-run.1`, into a folder that may not exist yet.
int manual(const DeclaredCommand& program, const std::string& related, const ManualArgs& args) {
  const PageFrame frame{args.date, fmt::format("Winnow {}", build::kVersion), related};
  std::filesystem::create_directories(args.dir);
  for (const DeclaredCommand* command : all_commands(program)) {
    auto output = Output::open(args.dir + "/" + page_name(*command) + ".1");
    if (!output) return complain(output.error());
    output->write(man_page(program, *command, frame));
    if (const auto finished = output->finish(); !finished) return complain(finished.error());
  }
  return kDone;
}

}  // namespace

void add_manual(CLI::App& app, int& code) {
  add_manual_of(app, "winnow", "winnowd", code);
}

void add_manual_of(CLI::App& app, const std::string& program, const std::string& related, int& code) {
  const auto args = std::make_shared<ManualArgs>();
  CLI::App* command = add_command(app, "manual", "Write the manual pages", "winnow manual man/man1 --date 2026-01-31");
  command->group("");
  command->add_option("dir", args->dir, "the folder to write them to")
      ->type_name(kDirectory)
      ->required()
      ->check(kNamed);
  command->add_option("--date", args->date, "what they are dated");
  command->callback([args, program, related, &app, &code] { code = manual(declared(app, program), related, *args); });
}

}  // namespace winnow::cli

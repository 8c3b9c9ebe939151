/// `winnow completions`: what a shell needs to complete the command line by TAB.
#include <memory>
#include <string>

#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/completions.hpp>
#include <winnow/cli/declared.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>

namespace winnow::cli {
namespace {

struct CompletionsArgs {
  std::string shell;
  std::string output;  ///< empty: standard output
};

int completions(const DeclaredCommand& program, const CompletionsArgs& args) {
  auto output = Output::open(args.output);
  if (!output) return complain(output.error());
  if (args.shell == "zsh") {
    output->write(zsh_completion(program));
  } else if (args.shell == "fish") {
    output->write(fish_completion(program));
  } else {
    output->write(bash_completion(program));
  }
  const auto finished = output->finish();
  return finished ? kDone : complain(finished.error());
}

}  // namespace

void add_completions(CLI::App& app, int& code) {
  const auto args = std::make_shared<CompletionsArgs>();
  CLI::App* command = add_command(
      app, "completions", "Print the script by which a shell completes winnow's command line at TAB",
      "source <(winnow completions bash)             now, or in ~/.bashrc\n"
      "  winnow completions zsh -o ~/.zfunc/_winnow    with `fpath=(~/.zfunc $fpath)` before compinit in ~/.zshrc\n"
      "  winnow completions fish -o ~/.config/fish/completions/winnow.fish\n"
      "                                                for new shells");
  command->add_option("shell", args->shell, "whose script")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  add_output_option(*command, args->output);
  command->callback([args, &app, &code] { code = completions(declared(app, "winnow"), *args); });
}

}  // namespace winnow::cli

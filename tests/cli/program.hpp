/// A program's declarations, with what a command line may have and winnow hasn't, or not yet.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace winnow::test {

struct Declarations {
  std::string text;
  std::string other_text;
  std::vector<std::string> texts;
  std::vector<std::string> other_texts;
  int number = 0;
  bool flag = false;
  CLI::App app{"prog: what it is for"};

  Declarations() {
    app.set_version_flag("--version", "1");
    app.add_option("--url", text, "where it is")->type_name("URL")->envname("PROG_URL");
    app.footer("Examples:\n  prog ls .    lists it\n\nExit codes: 0 done, 2 bad input, of any kind, 130 left.");

    CLI::App* token = app.add_subcommand("token", "Rights of others");
    token->require_subcommand(1);
    CLI::App* create = token->add_subcommand("create", "Make one")->alias("new");
    create->footer("Example:\n  prog token create --role 'read only'\n\nExit codes: 0 made, 1 not made.");
    create->add_option("--role", text, "its 'rights' [read only]")
        ->required()
        ->check(CLI::IsMember(std::vector<std::string>{"read only", "submit", "it's $all"}));
    create->add_option("-o,--output", text, "the file")->check(CLI::NonexistentPath);
    token->add_subcommand("revoke", "End one: \"now\" \\ for ever")->add_option("name", text)->type_name("NAME");

    CLI::App* list = app.add_subcommand("ls", "List a folder");
    CLI::App* group = list->add_option_group("sorting");
    CLI::Option* by = group->add_option("--by", number, "by what")
                          ->transform(CLI::CheckedTransformer(std::map<std::string, int>{{"name", 1}, {"size", 2}}));
    list->add_flag("--reverse,!--no-reverse", flag, "the other way")->needs(by);
    list->add_option("--hidden", flag, "nobody's business")->group("");
    list->add_option("--config", text, ".file of 5% \\ [none]")->check(CLI::ExistingFile);
    list->add_option("-n", number, "how many")->check(CLI::Range(1, 9))->excludes(by);
    list->add_option("--tag", texts, "which")->type_name("NAME=VALUE")->allow_extra_args(false);
    list->add_option("dir", other_text, "the folder")->required()->check(CLI::ExistingDirectory);
    list->add_option("files", other_texts, "only these");

    CLI::App* exec = app.add_subcommand("exec", "Run a program");
    exec->add_flag("--loud", flag, "with noise");
    exec->add_option("program", texts, "it, with its words")->type_name("COMMAND")->required();
    exec->positionals_at_end();
    app.add_subcommand("secret", "Not to be seen")->group("");
  }
};

}  // namespace winnow::test

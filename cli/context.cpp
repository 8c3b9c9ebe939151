/// `winnow context`: daemons by name (contexts.hpp).
#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <memory>

#include <winnow/base/file.hpp>
#include <winnow/cli/command_line.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/contexts.hpp>
#include <winnow/cli/daemon_client.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli {
namespace {

struct ContextArgs {
  std::string name;
  DaemonContext context;
  bool token_from_input = false;
  bool json = false;
};

std::filesystem::path whole(const std::filesystem::path& path) {
  return path.empty() ? path : absolute_path(path).lexically_normal();
}

/// The file, changed by `change`.
int rewrite(const std::function<Result<void>(Contexts&)>& change) {
  auto contexts = read_contexts(contexts_file());
  if (!contexts) return complain(contexts.error());
  if (auto done = change(*contexts); !done) return complain(done.error());
  if (auto written = write_contexts(contexts_file(), *contexts); !written) return complain(written.error());
  return kDone;
}

int add(const ContextArgs& args) {
  DaemonContext context = args.context;
  if (auto place = parse_daemon_url(context.url); !place) return complain("--url", place.error());
  context.ca = whole(context.ca);
  context.token_file = whole(context.token_file);
  if (args.token_from_input && (!std::getline(std::cin, context.token) || context.token.empty())) {
    return complain({errc::invalid_input, "--token-stdin: there is no line on standard input"});
  }
  if (auto token = token_of(context); !token) return complain(token.error());  // so that it isn't found out later
  return rewrite([&](Contexts& contexts) -> Result<void> {
    contexts.daemons[args.name] = context;
    if (contexts.current.empty()) contexts.current = args.name;
    return {};
  });
}

int list(const ContextArgs& args) {
  const auto contexts = read_contexts(contexts_file());
  if (!contexts) return complain(contexts.error());
  TextTable table({{""}, {"CONTEXT"}, {"URL"}, {"TOKEN"}, {"CA"}});
  for (const auto& [name, context] : contexts->daemons) {
    const bool current = name == contexts->current;
    const std::string token = !context.token.empty()       ? "here"
                              : context.token_file.empty() ? "none"
                                                           : context.token_file.string();
    if (args.json) {
      print_json({{"name", name},
                  {"current", current},
                  {"url", context.url},
                  {"token", token},
                  {"ca", context.ca.empty() ? OrderedJson() : OrderedJson(context.ca.string())}});
    }
    table.add({current ? "*" : "", name, context.url, token, context.ca.string()});
  }
  if (args.json) return kDone;
  for (const std::string& line : table.lines()) print("{}\n", line);
  return kDone;
}

int use(const ContextArgs& args) {
  return rewrite([&](Contexts& contexts) -> Result<void> {
    if (auto there = context_named(contexts, args.name); !there) return fail(there.error());
    contexts.current = args.name;
    return {};
  });
}

int forget(const ContextArgs& args) {
  return rewrite([&](Contexts& contexts) -> Result<void> {
    if (auto there = context_named(contexts, args.name); !there) return fail(there.error());
    contexts.daemons.erase(args.name);
    if (contexts.current == args.name) contexts.current.clear();
    return {};
  });
}

}  // namespace

void add_context(CLI::App& app, int& code) {
  const auto args = std::make_shared<ContextArgs>();
  const std::string example =
      "winnow context add box --url https://box.example.org:7437 --token-file ~/box.token --ca ~/box-ca.pem";
  CLI::App* contexts = add_command(
      app, "context", "Daemons elsewhere by name, for --context; kept in ~/.config/winnow/client.yaml", example);
  contexts->require_subcommand(1);
  const auto add_name = [args](CLI::App& command) {
    command.add_option("name", args->name, "what the daemon is called here")->type_name("NAME")->required();
  };
  const auto runs = [args, &code](CLI::App& command, int (*run)(const ContextArgs&)) {
    command.callback([args, &code, run] { code = run(*args); });
  };
  CLI::App* adds = add_command(*contexts, "add", "Add or replace one; the first becomes the current one", example);
  add_name(*adds);
  adds->add_option("--url", args->context.url, "where it is: https://HOST:PORT, http://HOST:PORT or unix:PATH")
      ->type_name("URL")
      ->required();
  CLI::Option* file =
      adds->add_option("--token-file", args->context.token_file, "the file that has the token, chmod 600")
          ->type_name(kFile)
          ->check(kNamed);
  adds->add_flag("--token-stdin", args->token_from_input, "keep the token that standard input has")->excludes(file);
  adds->add_option("--ca", args->context.ca, "whom its certificate may be signed by, PEM [whom the system trusts]")
      ->type_name(kFile)
      ->check(kNamed);
  runs(*adds, &add);
  CLI::App* lists = add_command(*contexts, "ls", "All of them, without their secrets", "winnow context ls");
  lists->add_flag("--json", args->json, "one a line as JSON");
  runs(*lists, &list);
  CLI::App* uses = add_command(*contexts, "use", "Take this one where no other is named", "winnow context use box");
  add_name(*uses);
  runs(*uses, &use);
  CLI::App* removes = add_command(*contexts, "rm", "Forget one, with its token", "winnow context rm box");
  add_name(*removes);
  runs(*removes, &forget);
}

}  // namespace winnow::cli

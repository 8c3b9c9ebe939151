/// `winnow token`: who may ask a daemon for what.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>

#include <winnow/base/duration_text.hpp>
#include <winnow/cli/commands.hpp>
#include <winnow/cli/daemon_options.hpp>
#include <winnow/cli/exit.hpp>
#include <winnow/cli/output.hpp>
#include <winnow/cli/text_table.hpp>

namespace winnow::cli {
namespace {

struct TokenArgs {
  DaemonChoice daemon;
  std::string name;
  std::string role;
  std::string expires;  ///< empty: never
  bool json = false;
};

constexpr const char* kTokens = "/api/v1/tokens";

Result<Value> ask(const TokenArgs& args, const DaemonRequest& request) {
  const auto place = daemon_place(args.daemon);
  if (!place) return fail(place.error());
  return ask_daemon(*place, request);
}

int create(const TokenArgs& args) {
  Value body{{"name", args.name}, {"role", args.role}};
  if (!args.expires.empty()) {
    const auto life = parse_duration(args.expires);
    if (!life) return complain("--expires", life.error());
    body["expires_in"] = static_cast<std::int64_t>(std::floor(std::clamp(*life, -1.0, 1e15)));
  }
  const auto answer = ask(args, {.method = "POST", .target = kTokens, .body = body.dump()});
  if (!answer) return complain(answer.error());
  if (args.json) {
    print_json(*answer);
  } else {
    print("{}\n", answer->at("token").get<std::string>());
  }
  return kDone;
}

int list(const TokenArgs& args) {
  const auto answer = ask(args, {.target = kTokens});
  if (!answer) return complain(answer.error());
  TextTable table({{"TOKEN"}, {"ROLE"}, {"CREATED"}, {"EXPIRES"}});
  for (const Value& token : answer->at("tokens")) {
    if (args.json) print_json(token);
    const Value& expires = token.at("expires");
    table.add({token.at("name"), token.at("role"), token.at("created"),
               expires.is_null() ? std::string("never") : expires.get<std::string>()});
  }
  if (args.json) return kDone;
  for (const std::string& line : table.lines()) print("{}\n", line);
  return kDone;
}

int revoke(const TokenArgs& args) {
  const auto answer =
      ask(args, {.method = "DELETE", .target = std::string(kTokens) + "/" + percent_encoded(args.name)});
  if (!answer) return complain(args.name, answer.error());
  if (args.json) {
    print_json({{"ok", true}});
  } else {
    print("{}: is refused from now on\n", args.name);
  }
  return kDone;
}

void add_verb(CLI::App& tokens, const std::string& verb, const std::string& about, const std::string& example,
              const std::shared_ptr<TokenArgs>& args, int& code, int (*run)(const TokenArgs&),
              const std::function<void(CLI::App&)>& add_more = {}) {
  CLI::App* command = add_command(tokens, verb, about, example);
  if (add_more) add_more(*command);
  add_daemon_options(*command, args->daemon);
  command->add_flag("--json", args->json, "as JSON");
  command->callback([args, &code, run] { code = run(*args); });
}

}  // namespace

void add_token(CLI::App& app, int& code) {
  const auto args = std::make_shared<TokenArgs>();
  CLI::App* tokens = add_command(app, "token", "The tokens by which a daemon (winnowd) lets others in",
                                 "winnow token create laptop --role submit --expires 90d > laptop.token");
  tokens->require_subcommand(1);
  const auto add_name = [args](CLI::App& command) {
    command.add_option("name", args->name, "what the token is called")->type_name("NAME")->required();
  };
  add_verb(
      *tokens, "create", "Make a token and print its secret, which is kept nowhere",
      "winnow token create laptop --role submit --expires 90d > laptop.token", args, code, &create,
      [&](CLI::App& command) {
        add_name(command);
        command
            .add_option("--role", args->role,
                        "what it may: read, look at everything; submit, also run sweeps; admin, also make tokens")
            ->required()
            ->check(CLI::IsMember({"read", "submit", "admin"}));
        command.add_option("--expires", args->expires, "when it ends, from now: 12h, 90d [never]")->type_name("TIME");
      });
  add_verb(*tokens, "ls", "All tokens, without their secrets", "winnow token ls", args, code, &list);
  add_verb(*tokens, "revoke", "End a token, from now on", "winnow token revoke laptop", args, code, &revoke, add_name);
}

}  // namespace winnow::cli

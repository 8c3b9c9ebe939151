#include <fmt/format.h>

#include <algorithm>

#include <winnow/cli/completions.hpp>
#include <winnow/cli/declared.hpp>
#include <winnow/core/shell.hpp>

/// A function for each command, which leaves the work to zsh's `_arguments` (zshcompsys(1)); how its specifications are
/// written is said there.
namespace winnow::cli {
namespace {

/// With a backslash before each of these characters.
std::string zsh_escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_function(const DeclaredCommand& command) {
  std::string name = "_" + command.path;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
}

std::string zsh_action(const DeclaredValue& value) {
  switch (value.offer) {
    case Offer::nothing: return " ";
    case Offer::words: return "(" + zsh_escaped(shell_line(value.words), ":") + ")";
    case Offer::files: return "_files";
    case Offer::directories: return "_files -/";
    case Offer::commands: return "_command_names -e";
  }
  return "";
}

std::string zsh_value(const std::string& message, const DeclaredValue& value) {
  return fmt::format(":{}:{}", zsh_escaped(message, "\\:"), zsh_action(value));
}

/// A line for each of its names; none is offered again beside another.
std::string zsh_option(const DeclaredOption& option) {
  std::vector<std::string> others = option.excludes;
  if (!option.repeated) others.insert(others.end(), option.names.begin(), option.names.end());
  const std::string exclusion = others.empty() ? "" : fmt::format("({})", fmt::join(others, " "));
  std::string lines;
  for (const std::string& name : option.names) {
    std::string spec = exclusion + (option.repeated ? "*" : "") + name;
    const bool flag = option.value.label.empty();
    if (!flag) spec += name.starts_with("--") ? "=" : "+";
    spec += fmt::format("[{}]", zsh_escaped(option.about, "\\[]"));
    if (!flag) spec += zsh_value(option.value.label, option.value);
    lines += "    " + shell_word(spec) + " \\\n";
  }
  return lines;
}

std::string zsh_arguments(const DeclaredCommand& command) {
  std::string lines;
  int position = 0;
  for (const DeclaredOption& argument : command.arguments) {
    const std::string value = zsh_value(argument.names.front(), argument.value);
    const std::string at = argument.repeated && !command.ends_at_argument ? "*" : std::to_string(++position);
    lines += "    " + shell_word((command.ends_at_argument ? "(-)" : "") + at + value) + " \\\n";
  }
  if (command.ends_at_argument) lines += "    '*::argument:_normal' \\\n";
  return lines;
}

std::string zsh_commands(const DeclaredCommand& command) {
  std::string lines = "  case $state in\n    command)\n      local -a commands=(\n";
  for (const DeclaredCommand& below : command.commands) {
    const std::string name(below.name());
    lines += "        " + shell_word(zsh_escaped(name, "\\:") + ":" + below.about) + "\n";
  }
  lines +=
      "      )\n      _describe -t commands command commands && ret=0\n      ;;\n    arguments)\n"
      "      curcontext=\"${curcontext%:*:*}:" +
      command.path + "-$line[1]:\"\n      case $line[1] in\n";
  for (const DeclaredCommand& below : command.commands) {
    std::string pattern = shell_word(std::string(below.name()));
    for (const std::string& alias : below.aliases) pattern += " | " + shell_word(alias);
    lines += fmt::format("        {}) {} && ret=0 ;;\n", pattern, zsh_function(below));
  }
  return lines + "      esac\n      ;;\n  esac\n";
}

std::string zsh_body(const DeclaredCommand& command) {
  std::string body = zsh_function(command) + "() {\n";
  const bool has_commands = !command.commands.empty();
  body += "  local curcontext=$curcontext context state state_descr line ret=1\n  typeset -A opt_args\n";
  body += fmt::format("  _arguments -s -S{} \\\n", has_commands ? " -C" : "");
  for (const DeclaredOption& option : command.options) body += zsh_option(option);
  body += has_commands ? "    '1: :->command' \\\n    '*:: :->arguments' \\\n" : zsh_arguments(command);
  body += "    && ret=0\n";
  if (has_commands) body += zsh_commands(command);
  return body + "  return ret\n}\n\n";
}

}  // namespace

std::string zsh_completion(const DeclaredCommand& program) {
  const std::string& name = program.path;
  std::string script = fmt::format("#compdef {0}\n# zsh completion for {0}; made by `{0} completions zsh`.\n\n", name);
  for (const DeclaredCommand* command : all_commands(program)) script += zsh_body(*command);
  // Loaded from fpath this file is the function's body, and is called at once.
  return script + fmt::format("if [[ $funcstack[1] == {0} ]]; then\n  {0} \"$@\"\nelse\n  compdef {0} {1}\nfi\n",
                              zsh_function(program), name);
}

}  // namespace winnow::cli

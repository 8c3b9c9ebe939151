#include <fmt/format.h>

#include <algorithm>

#include <winnow/cli/completions.hpp>
#include <winnow/cli/declared.hpp>

namespace winnow::cli {
namespace {

std::string fish_word(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish_case(const std::vector<std::string>& patterns, const std::string& what) {
  std::string line = "                case";
  for (const std::string& pattern : patterns) line += " " + fish_word(pattern);
  return line + "\n                    " + what + "\n                    continue\n";
}

/// What takes a value, `COMMAND OPTION`.
std::vector<std::string> with_values(const DeclaredCommand& program) {
  std::vector<std::string> found;
  for (const DeclaredCommand* command : all_commands(program)) {
    for (const DeclaredOption& option : command->options) {
      if (option.value.label.empty()) continue;
      for (const std::string& name : option.names) found.push_back(command->path + " " + name);
    }
  }
  return found;
}

std::vector<std::string> ending_at_argument(const DeclaredCommand& program) {
  std::vector<std::string> found;
  for (const DeclaredCommand* command : all_commands(program)) {
    if (command->ends_at_argument) found.push_back(command->path);
  }
  return found;
}

/// The function that reads the line so far, and the one by which each completion says where it stands.
std::string fish_engine(const DeclaredCommand& program) {
  const std::string& name = program.path;
  std::string enter;
  for (const DeclaredCommand* command : all_commands(program)) {
    for (const DeclaredCommand& below : command->commands) {
      std::vector<std::string> typed = {below.path};
      for (const std::string& alias : below.aliases) typed.push_back(command->path + " " + alias);
      enter += fish_case(typed, "set path " + fish_word(below.path));
    }
  }
  std::string value;
  for (const std::string& option : with_values(program)) value += " " + fish_word(option);
  std::string ends;
  for (const std::string& path : ending_at_argument(program)) ends += " " + fish_word(path);
  return fmt::format(R"fish(# fish completion for {0}; made by `{0} completions fish`.

# The command on the line so far, how many arguments it has, whether options may still come, which word is the first
# argument.
function __{0}_where
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l index 1
    set -l first 0
    set -l path {0}
    set -l count 0
    set -l takes_value{1}
    set -l ends_at_argument{2}
    set -l value no
    set -l options yes
    for word in $tokens
        set index (math $index + 1)
        if test $value = yes
            set value no
            continue
        end
        if test $options = yes; and string match -q -- '-?*' $word
            if test "$word" = --
                set options no
            else if contains -- "$path $word" $takes_value
                set value yes
            end
            continue
        end
        if test $count -eq 0
            switch "$path $word"
{3}            end
        end
        test $count -gt 0
        or set first $index
        set count (math $count + 1)
        contains -- "$path" $ends_at_argument
        and set options no
    end
    printf '%s\n' "$path" $count $options $first
end

# Whether the line stands at a command: with this number of arguments (N), with as many or more (N+), where options
# may stand (options).
function __{0}_at
    set -l where (__{0}_where)
    test "$where[1]" = "$argv[1]"
    or return
    switch $argv[2]
        case options
            test $where[3] = yes
        case '*+'
            test $where[2] -ge (string trim -r -c + -- $argv[2])
        case '*'
            test $where[2] -eq $argv[2]
    end
end

# Of a command line within this one, from its first argument on.
function __{0}_within
    set -l where (__{0}_where)
    set -l tokens (commandline -opc)
    complete -C(string join ' ' -- (string escape -- $tokens[$where[4]..-1]) (commandline -ct))
end

complete -c {0} -f
)fish",
                     name, value, ends, enter);
}

std::string fish_condition(const std::string& program, const std::string& path, const std::string& where) {
  return fish_word(fmt::format("__{}_at {} {}", program, fish_word(path), where));
}

std::string fish_words(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    const bool plain = std::all_of(word.begin(), word.end(), [](unsigned char c) {
      return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
    });
    line += (line.empty() ? "" : " ") + (plain ? word : fish_word(word));
  }
  return line;
}

std::string fish_offer(const DeclaredValue& value) {
  switch (value.offer) {
    case Offer::nothing: return "-x";
    case Offer::words: return "-x -a " + fish_word(fish_words(value.words));
    case Offer::files: return "-r -F";
    case Offer::directories: return "-x -a '(__fish_complete_directories)'";
    case Offer::commands: return "-r -F -a '(__fish_complete_command)'";
  }
  return "";
}

std::string fish_lines(const std::string& program, const DeclaredCommand& command) {
  std::string lines;
  for (const DeclaredOption& option : command.options) {
    lines += fmt::format("complete -c {} -n {}", program, fish_condition(program, command.path, "options"));
    for (const std::string& name : option.names) {
      lines += name.starts_with("--") ? " -l " + fish_word(name.substr(2)) : " -s " + fish_word(name.substr(1));
    }
    if (!option.value.label.empty()) lines += " " + fish_offer(option.value);
    lines += " -d " + fish_word(option.about) + "\n";
  }
  for (const DeclaredCommand& below : command.commands) {
    lines += fmt::format("complete -c {} -n {} -a {} -d {}\n", program, fish_condition(program, command.path, "0"),
                         fish_word(below.name()), fish_word(below.about));
  }
  int position = 0;
  for (const DeclaredOption& argument : command.arguments) {
    std::string offer = fish_offer(argument.value);
    offer.erase(0, 3);  // -r and -x say that an option takes a value
    if (!offer.empty()) {
      const bool several = argument.repeated && !command.ends_at_argument;
      const std::string where = std::to_string(position) + (several ? "+" : "");
      lines += fmt::format("complete -c {} -n {} {}\n", program, fish_condition(program, command.path, where), offer);
    }
    ++position;
  }
  if (command.ends_at_argument) {
    lines += fmt::format("complete -c {0} -n {1} -a '(__{0}_within)'\n", program,
                         fish_condition(program, command.path, "1+"));
  }
  return lines;
}

}  // namespace

std::string fish_completion(const DeclaredCommand& program) {
  std::string script = fish_engine(program);
  for (const DeclaredCommand* command : all_commands(program)) script += fish_lines(program.path, *command);
  return script;
}

}  // namespace winnow::cli

#include <fmt/format.h>

#include <winnow/cli/completions.hpp>
#include <winnow/cli/declared.hpp>
#include <winnow/core/shell.hpp>

namespace winnow::cli {
namespace {

/// How the script works; NAME is the program, and its own names begin with _NAME.
///
/// Files and directories are left to readline (`compopt`), which knows quotes, `~` and variables; where a caller isn't
/// readline, compgen does. readline breaks words at `=` and `:` as well, so these are put together first, and what
/// stands before the last break is cut from the answers.
constexpr std::string_view kBashEngine = R"bash(
# Offers the words that begin with what is typed, quoted where it isn't yet.
_NAME_words() {
  local typed=$1 lead=$2 typed_before=$3 word quoted
  shift 3
  local in_quotes=
  case $typed in
    [\'\"]*) in_quotes=yes typed=${typed#?} ;;
    *) typed=${typed//\\/} ;;
  esac
  for word; do
    [[ $word == "$typed"* ]] || continue
    quoted=$word
    [[ $in_quotes ]] || printf -v quoted %q "$word"
    quoted=$lead$quoted
    COMPREPLY+=("${quoted#"$typed_before"}")
  done
}

_NAME() {
  local -a tokens=() begins=() commands=() options=() words=()
  local path=NAME entered= kind= ends= last= lead= word glue= value_of= arguments_only= i position=0 first=0
  COMPREPLY=()
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ ${#tokens[@]} -gt 0 && ($glue || $word =~ ^[:=]+$) ]]; then
      tokens[${#tokens[@]} - 1]+=$word
    else
      tokens+=("$word") begins+=("$i")
    fi
    glue=
    [[ ! $word =~ ^[:=]+$ ]] || glue=yes
  done
  local typed=${tokens[${#tokens[@]} - 1]} fragment=${COMP_WORDS[COMP_CWORD]}
  [[ ! $fragment =~ ^[:=]+$ ]] || fragment=
  local typed_before=${typed%"$fragment"}
  unset "tokens[${#tokens[@]} - 1]"

  for i in "${!tokens[@]}"; do
    word=${tokens[i]}
    if [[ $value_of ]]; then
      value_of=
    elif [[ ! $arguments_only && $word == -- ]]; then
      arguments_only=yes
    elif [[ ! $arguments_only && ($word == --*=* || $word == -[!-]?*) ]]; then
      :
    elif [[ ! $arguments_only && $word == -?* ]]; then
      _NAME_value "$path $word"
      [[ ! $kind ]] || value_of=$word
    elif _NAME_enter "$path $word" && ((position == 0)); then
      path=$entered
    else
      ((position > 0)) || first=${begins[i]}
      position=$((position + 1))
      _NAME_declared "$path"
      [[ ! $ends ]] || arguments_only=yes
    fi
  done

  _NAME_declared "$path"
  if [[ $value_of ]]; then
    _NAME_value "$path $value_of"
  elif [[ ! $arguments_only && $typed == --*=* ]]; then
    _NAME_value "$path ${typed%%=*}"
    lead=${typed%%=*}=
    typed=${typed#*=}
  elif [[ ! $arguments_only && $typed == -* ]]; then
    kind=words words=("${options[@]}")
  elif [[ ${#commands[@]} -gt 0 ]]; then
    kind=words
    ((position > 0)) || words=("${commands[@]}")
  elif [[ $ends ]] && ((position > 0)); then
    kind=files
    if declare -F _command_offset >/dev/null; then
      _command_offset "$first"
      return
    fi
  else
    position=$((position + 1))
    _NAME_value "$path $position"
    [[ $kind || ! $last ]] || _NAME_value "$path $last"
    [[ $kind ]] || kind=words words=("${options[@]}")
  fi

  case $kind in
    words) _NAME_words "$typed" "$lead" "$typed_before" "${words[@]}" ;;
    files) compopt -o default 2>/dev/null || mapfile -t COMPREPLY < <(compgen -f -- "$typed") ;;
    directories) compopt -o dirnames 2>/dev/null || mapfile -t COMPREPLY < <(compgen -d -- "$typed") ;;
    commands)
      compopt -o default 2>/dev/null
      [[ $typed == */* ]] || mapfile -t COMPREPLY < <(compgen -c -- "$typed")
      ;;
  esac
}

complete -F _NAME NAME
)bash";

std::string kind_of(const DeclaredValue& value) {
  switch (value.offer) {
    case Offer::nothing: return "kind=nothing";
    case Offer::words: return fmt::format("kind=words words=({})", shell_line(value.words));
    case Offer::files: return "kind=files";
    case Offer::directories: return "kind=directories";
    case Offer::commands: return "kind=commands";
  }
  return "";
}

std::string enter_lines(const DeclaredCommand& command) {
  std::string lines;
  for (const DeclaredCommand& below : command.commands) {
    std::string pattern = shell_word(below.path);
    for (const std::string& alias : below.aliases) pattern += " | " + shell_word(command.path + " " + alias);
    lines += fmt::format("    {}) entered={} ;;\n", pattern, shell_word(below.path));
  }
  return lines;
}

std::string declared_lines(const DeclaredCommand& command) {
  std::string body;
  std::vector<std::string> words;
  for (const DeclaredCommand& below : command.commands) words.emplace_back(below.name());
  if (!words.empty()) body += fmt::format(" commands=({})", shell_line(words));
  words.clear();
  for (const DeclaredOption& option : command.options) {
    words.insert(words.end(), option.names.begin(), option.names.end());
  }
  body += fmt::format(" options=({})", shell_line(words));
  const auto& arguments = command.arguments;
  if (!arguments.empty() && arguments.back().repeated) body += fmt::format(" last={}", arguments.size());
  if (command.ends_at_argument) body += " ends=yes";
  return fmt::format("    {}){} ;;\n", shell_word(command.path), body);
}

std::string value_lines(const DeclaredCommand& command) {
  std::string lines;
  for (const DeclaredOption& option : command.options) {
    if (option.value.label.empty()) continue;
    std::string pattern;
    for (const std::string& name : option.names) {
      pattern += (pattern.empty() ? "" : " | ") + shell_word(command.path + " " + name);
    }
    lines += fmt::format("    {}) {} ;;\n", pattern, kind_of(option.value));
  }
  int position = 0;
  for (const DeclaredOption& argument : command.arguments) {
    lines += fmt::format("    {}) {} ;;\n", shell_word(fmt::format("{} {}", command.path, ++position)),
                         kind_of(argument.value));
  }
  return lines;
}

std::string with_name(std::string_view text, const std::string& name) {
  std::string result;
  constexpr std::string_view kName = "NAME";
  for (auto at = text.find(kName); at != std::string_view::npos; at = text.find(kName)) {
    result += std::string(text.substr(0, at)) + name;
    text.remove_prefix(at + kName.size());
  }
  return result + std::string(text);
}

}  // namespace

std::string bash_completion(const DeclaredCommand& program) {
  std::string enter, declared, values;
  for (const DeclaredCommand* command : all_commands(program)) {
    enter += enter_lines(*command);
    declared += declared_lines(*command);
    values += value_lines(*command);
  }
  return with_name(
             "# bash completion for NAME; made by `NAME completions bash`.\n\n"
             "# Which command `COMMAND WORD` is.\n"
             "_NAME_enter() {\n  case $1 in\n",
             program.path) +
         enter +
         with_name(
             "    *) return 1 ;;\n  esac\n}\n\n"
             "# What may stand behind a command.\n"
             "_NAME_declared() {\n  commands=() options=() ends= last=\n  case $1 in\n",
             program.path) +
         declared +
         with_name(
             "  esac\n}\n\n"
             "# The value of an option, and the argument at a position; kind is empty where none is taken.\n"
             "_NAME_value() {\n  kind= words=()\n  case $1 in\n",
             program.path) +
         values + "  esac\n}\n" + with_name(kBashEngine, program.path);
}

}  // namespace winnow::cli

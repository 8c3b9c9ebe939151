#include <winnow/trainers/program/advice.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include <winnow/trainers/program/macros.hpp>

namespace winnow::program {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr std::size_t kLookedAt = std::size_t{4} << 20;  ///< bytes of a program's file

bool is_program_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool has_blank(std::string_view word) {
  return word.find_first_of(" \t\n") != std::string_view::npos;
}

std::string items(std::string_view word) {
  std::string list;
  for (std::size_t at = 0; at < word.size();) {
    const std::size_t end = std::min(word.find_first_of(" \t\n", at), word.size());
    if (end > at) list.append(list.empty() ? "" : ", ").append(word.substr(at, end - at));
    at = end + 1;
  }
  return "[" + list + "]";
}

/// What may have been meant by a first word that is the name of nothing in PATH.
std::string meant_instead(const std::string& word, const fs::path& directory) {
  constexpr std::array<std::string_view, 5> kOfShells = {"cd", "source", "export", ".", "eval"};
  if (has_blank(word)) return "; it holds blanks, and an item is one word: write " + items(word);
  if (std::find(kOfShells.begin(), kOfShells.end(), word) != kOfShells.end()) {
    return "; it is a shell's own, and none is involved: write [bash, -c, '…']" +
           std::string(word == "cd" ? ", or process.directory for where programs start" : "");
  }
  if (word.find('=') != std::string::npos) {
    return "; no shell is involved that would set a variable: put it under process.env, or ${env} before it";
  }
  if (is_program_file(directory / word)) {
    return fmt::format(
        "; the file in {} is ./{}, or an argument of its interpreter: write [\"${{interpreter}}\", {}, …]",
        directory.string(), word, word);
  }
  return "";
}

/// Files that the command names as what is to run: what they hold says how they take their parameters.
std::vector<fs::path> files_of(const CommandOptions& options) {
  std::vector<fs::path> files;
  for (std::size_t i = 0; i < options.command.size(); ++i) {
    std::string name = options.command[i] == "${program}" ? options.program : options.command[i];
    if (i > 0 && options.command[i - 1] == "-m") {
      std::replace(name.begin(), name.end(), '.', '/');
      files.push_back(options.directory / (name + ".py"));
      files.push_back(options.directory / name / "__main__.py");
    }
    files.push_back(options.directory / name);
  }
  std::erase_if(files, [](const fs::path& file) { return !is_program_file(file); });
  return files;
}

bool speaks_of_parameters(std::string_view text) {
  constexpr std::array<std::string_view, 4> kWays = {"WINNOW_", "wandb", "WANDB_", "\"suggest\""};
  return std::any_of(kWays.begin(), kWays.end(), [&](auto way) { return text.find(way) != std::string_view::npos; });
}

bool reads_parameters(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text(kLookedAt, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, stream.gcount())));
  return speaks_of_parameters(text);
}

bool varies(const Space& space) {
  const auto& parameters = space.parameters();
  return std::any_of(parameters.begin(), parameters.end(),
                     [](const Parameter& one) { return !std::holds_alternative<Constant>(one.domain); });
}

/// Every trial would be the same.
bool takes_no_parameters(const CommandOptions& options) {
  if (options.command.empty() || gives_parameters(options.command) || !varies(options.space)) return false;
  const auto& command = options.command;
  if (std::any_of(command.begin(), command.end(), [](const auto& word) { return speaks_of_parameters(word); })) {
    return false;
  }
  const auto files = files_of(options);
  return std::none_of(files.begin(), files.end(), [](const fs::path& file) { return reads_parameters(file); });
}

/// `$NAME` or `~` in a word, which only a shell would replace.
std::string left_to_a_shell(const std::string& word) {
  if (word == "~" || word.starts_with("~/") || word.find("=~/") != std::string::npos) {
    return "~ stays as it is, as no shell is involved: write ${envvar:HOME}";
  }
  constexpr std::array<std::string_view, 9> kOperators = {"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"};
  if (std::find(kOperators.begin(), kOperators.end(), word) != kOperators.end()) {
    return "is an argument like any other, as no shell is involved: write [bash, -c, '…']";
  }
  const auto dollar = word.find('$');
  if (dollar == std::string::npos || dollar + 1 >= word.size()) return "";
  const auto name_end = std::find_if(word.begin() + static_cast<std::ptrdiff_t>(dollar) + 1, word.end(), [](char c) {
    return c != '_' && std::isupper(static_cast<unsigned char>(c)) == 0 &&
           std::isdigit(static_cast<unsigned char>(c)) == 0;
  });
  const std::string name(word.begin() + static_cast<std::ptrdiff_t>(dollar) + 1, name_end);
  if (name.empty()) return "";
  return "$" + name + " stays as it is, as no shell is involved: write ${envvar:" + name + "}";
}

std::string advice_on_word(const std::string& word) {
  if (word.starts_with('-') && word.find(" -") != std::string::npos) {
    return "is one argument, blanks and all: for several, make each an item: " + items(word);
  }
  return left_to_a_shell(word);
}

/// Variables of `${envvar:NAME}` that no trial will have.
Words unset_in(const std::string& word, const CommandOptions& options) {
  constexpr std::string_view kBegin = "${envvar:";
  Words names;
  for (std::size_t at = word.find(kBegin); at != std::string::npos; at = word.find(kBegin, at + 1)) {
    const std::string name = word.substr(at + kBegin.size(), word.find('}', at) - at - kBegin.size());
    const auto& set = options.environment;
    const bool is_set = std::any_of(set.begin(), set.end(), [&](const auto& entry) { return entry.first == name; });
    if (!is_set && !is_of_a_trial(name) && std::getenv(name.c_str()) == nullptr) names.push_back(name);
  }
  return names;
}

/// A parameter that is spelled as if it were a variable: nothing has that name, not even in a shell.
std::string parameter_as_variable(const std::string& word, const Space& space) {
  for (const Parameter& parameter : space.parameters()) {
    const std::string name = parameter.name();
    const auto bare = word.find("$" + name);
    const auto end = bare == std::string::npos ? bare : bare + name.size() + 1;
    const bool whole =
        bare != std::string::npos &&
        (end == word.size() || (word[end] != '_' && std::isalnum(static_cast<unsigned char>(word[end])) == 0));
    if (!whole && word.find("${" + name + "}") == std::string::npos) continue;
    return fmt::format(
        "nothing replaces {} by the parameter's value: parameters are given all at once, by ${{args}} and its "
        "like",
        whole ? "$" + name : "${" + name + "}");
  }
  return "";
}

/// Those that take a file as their first argument.
bool is_interpreter(const std::string& word) {
  constexpr std::array<std::string_view, 4> kOthers = {"bash", "sh", "Rscript", "julia"};
  const std::string name = fs::path(word).filename();
  return name.starts_with("python") || std::find(kOthers.begin(), kOthers.end(), name) != kOthers.end();
}

}  // namespace

std::optional<std::string> refusal_of(const CommandOptions& options) {
  auto word = options.command.begin();
  while (word != options.command.end() && (*word == "${env}" || *word == "/usr/bin/env")) ++word;
  const bool all_env = word == options.command.end();
  if (options.command.empty() || (!all_env && !is_parameter_macro(*word))) return std::nullopt;
  // Behind env these are variables, and the program comes after them.
  const bool has_program = !all_env && std::any_of(word, options.command.end(),
                                                   [](const std::string& one) { return !is_parameter_macro(one); });
  if (!all_env && *word == "${args_no_hyphens}" && word != options.command.begin() && has_program) return std::nullopt;
  std::string written =
      R"("${env}", "${interpreter}", )" + std::string(options.program.empty() ? "train.py" : "\"${program}\"");
  for (; word != options.command.end(); ++word) written += ", \"" + *word + "\"";
  return "command: it is the whole command line, and this one names no program; write command: [" + written + "]";
}

std::optional<std::string> why_nothing_starts(const CommandPlan& plan, std::span<const std::string> words) {
  const bool behind_env = !words.empty() && words.front() == "/usr/bin/env";
  if (behind_env) words = words.subspan(1);
  if (words.empty()) return std::nullopt;
  const std::string& word = words.front();
  // What else env takes (options, variables) isn't looked into.
  if (behind_env && (word.starts_with('-') || word.find('=') != std::string::npos)) return std::nullopt;
  const fs::path& directory = plan.options().directory;
  const auto file = plan.file_of(word);
  if (!file) return "'" + word + "' is in no folder of PATH" + meant_instead(word, directory);
  std::error_code ignored;
  const fs::path path = directory / *file;
  if (!fs::exists(path, ignored)) {
    return "there is no file " + path.lexically_normal().string() +
           (has_blank(word) ? meant_instead(word, directory) : "");
  }
  if (::access(path.c_str(), X_OK) == 0) {
    if (!is_interpreter(word) || words.size() < 2 || words[1].starts_with('-')) return std::nullopt;
    const fs::path script = directory / words[1];
    if (fs::exists(script, ignored) || (words[1].find('/') == std::string::npos && plan.file_of(words[1])))
      return std::nullopt;
    return "there is no file " + script.lexically_normal().string();
  }
  return path.string() + R"( can't be executed; chmod +x it, or put its interpreter before it, e.g. "${interpreter}")";
}

Words advice_on(const CommandOptions& options) {
  Words advice;
  for (std::size_t i = 0; i < options.command.size(); ++i) {
    const std::string& word = options.command[i];
    for (const std::string& name : unset_in(word, options)) {
      advice.push_back(
          fmt::format("command: {} isn't set here, so that ${{envvar:{}}} is the text {}", name, name, name));
    }
    std::string said = parameter_as_variable(word, options.space);
    if (said.empty() && i > 0 && !is_shell_text(options.command, i)) said = advice_on_word(word);
    if (!said.empty()) advice.push_back(fmt::format("command: '{}': {}", word, said));
  }
  if (takes_no_parameters(options)) {
    advice.emplace_back(
        "command: no word of it holds a parameter; unless the program reads WINNOW_PARAMS or wandb.config, every trial "
        "is the same: \"${args}\" gives it the parameters");
  }
  return advice;
}

}  // namespace winnow::program

/// What the command line takes, as a value, read from its declarations themselves (CLI11's App): completions and manual
/// pages are made of it, so that there is no second list of commands and options beside what --help prints. What
/// --help leaves out (an empty group) isn't in it; option groups are part of their command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace winnow::cli {

/// What TAB offers for a value.
enum class Offer { nothing, words, files, directories, commands };

struct DeclaredValue {
  std::string label;               ///< as --help calls it: `INT`, `FILE`; empty: a flag, which takes none
  std::string range;               ///< what is checked, as --help says it: `INT in [1 - 100]`, `{a,b}`; may be empty
  std::vector<std::string> words;  ///< what it is one of, where that is declared
  Offer offer = Offer::nothing;
};

struct DeclaredOption {
  std::vector<std::string> names;  ///< `-o`, `--output`; of an argument its name alone
  DeclaredValue value;
  std::string about;
  std::string default_text;        ///< what CLI11 knows of it; the description may say more
  std::string environment;         ///< the variable that stands in for it; may be empty
  std::vector<std::string> needs;  ///< other options, by name
  std::vector<std::string> excludes;
  bool required = false;
  bool repeated = false;  ///< may be given several times; of an argument: several words
};

struct DeclaredCommand {
  std::string path;                  ///< as it is typed: `winnow run`
  std::vector<std::string> aliases;  ///< of its last word
  std::string about;
  std::string footer;                     ///< examples and exit codes (footer.hpp)
  std::vector<DeclaredOption> options;    ///< in the order of --help
  std::vector<DeclaredOption> arguments;  ///< by position
  std::vector<DeclaredCommand> commands;
  bool needs_command = false;     ///< does nothing by itself
  bool ends_at_argument = false;  ///< all behind its first argument belongs to that: a program with its options

  /// The last word of `path`.
  [[nodiscard]] std::string_view name() const;
};

/// `text` is CLI11's full type name: the label, and what validators add behind colons. A set in braces is offered; else
/// the words FILE or PATH, DIR and COMMAND in it say what is; a bare TEXT may be the name of a file; anything else
/// (INT, NAME=VALUE) can't be known.
DeclaredValue declared_value(const std::string& text);
DeclaredCommand declared(const CLI::App& app, const std::string& path);

/// The command and all below it, in the order of --help.
std::vector<const DeclaredCommand*> all_commands(const DeclaredCommand& command);

}  // namespace winnow::cli

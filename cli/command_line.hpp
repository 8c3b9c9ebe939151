/// What commands and their options have in common. CLI11's header is heavy: only files that add options include this.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

namespace winnow::cli {

/// An empty text is most likely a variable of a script that isn't set.
inline const CLI::Validator kNamed([](const std::string& path) { return path.empty() ? "is empty; name a path" : ""; },
                                   "");

/// CLI11 takes -1 for the highest number there is.
inline const CLI::Validator kSeed(
    [](const std::string& text) {
      std::uint64_t seed = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
      const bool right = error == std::errc() && end == text.data() + text.size();
      return right ? "" : "must be a whole number from 0 to 18446744073709551615, got " + text;
    },
    "");

/// What the value of an option is called in --help, which also says to completions what to offer (declared.hpp): files,
/// directories, programs, or one of some words. Any other name, such as NAME=VALUE, has them offer nothing.
inline constexpr const char* kFile = "FILE";
inline constexpr const char* kDirectory = "DIR";
inline constexpr const char* kCommand = "COMMAND";
inline std::string one_of(const std::string& name, const std::vector<std::string>& words) {
  return name + ":{" + CLI::detail::join(words, ",") + "}";
}

/// `example`: further ones in lines of their own, behind two blanks. `exit_codes`: where they mean something else than
/// for the other commands; `0 done, 1 a difference`.
inline CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                             const std::string& example, const std::string& exit_codes = "") {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer("Example:\n  " + example + (exit_codes.empty() ? "" : "\n\nExit codes: " + exit_codes + "."));
  return command;
}

/// The run that the command is about.
inline CLI::Option* add_run_directory(CLI::App& command, std::string& dir, const std::string& name = "dir",
                                      const std::string& what = "the run directory") {
  return command.add_option(name, dir, what)->type_name(kDirectory)->required()->check(kNamed);
}

inline void add_sweep_file(CLI::App& command, std::string& file) {
  command.add_option("file", file, "the sweep file, or a bare space")->type_name(kFile)->required()->check(kNamed);
}

inline void add_output_option(CLI::App& command, std::string& file) {
  command.add_option("-o,--output", file, "the file to write [standard output]")->type_name(kFile)->check(kNamed);
}

/// What is printed while a sweep runs.
inline void add_progress_options(CLI::App& command, bool& json, bool& quiet) {
  command.add_flag("--json", json, "events and summary as JSON lines");
  command.add_flag("--quiet", quiet, "no progress, only the summary");
}

}  // namespace winnow::cli

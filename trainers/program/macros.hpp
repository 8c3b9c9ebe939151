/// W&B's command macros: from the words of a sweep file's `command` to those of a trial.
///
/// A macro is a word by itself; one that stands for a single word may also be within another, and within the text that
/// a shell is given (`bash -c`) any may be, quoted as a shell needs it. Values are in Python's spelling, in Hydra's for
/// Hydra's macros, and a nested parameter is one flag with the dict's text (reference: W&B's sweep configuration,
/// "command").
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::program {

struct MacroValues {
  std::string program;
  std::string interpreter;
  OrderedJson params = OrderedJson::object();                            ///< nested
  std::function<std::optional<std::string>(std::string_view)> variable;  ///< of the environment; may be empty
  /// Writes the parameters to a file, for ${args_json_file}, and returns its path.
  std::function<Result<std::string>()> json_file;
};

/// Where a sweep file has a program and no command.
const std::vector<std::string>& default_command();

/// The words of `command` with their macros expanded. Fails with `invalid_input` for an unknown macro or one that can't
/// stand where it does, and as `json_file` does.
Result<std::vector<std::string>> expand(const std::vector<std::string>& command, const MacroValues& values);

/// A word of the command holds a macro that stands for the parameters.
bool gives_parameters(const std::vector<std::string>& command);
/// The word is such a macro and nothing else.
bool is_parameter_macro(std::string_view word);
/// The word at `at` is a text for a shell: that behind `bash -c`.
bool is_shell_text(const std::vector<std::string>& command, std::size_t at);

}  // namespace winnow::program

/// W&B's command macros: from the words of a sweep file's `command` to those of a trial.
///
/// A macro is a whole word, `${args}`; only `${envvar:NAME}` may stand within one. No shell is involved. Values are in
/// Python's spelling, and a nested parameter is one flag with the dict's text (reference: W&B's sweep configuration,
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

/// The words of `command` with their macros expanded. Fails with `invalid_input` for an unknown macro, and as
/// `json_file` does.
Result<std::vector<std::string>> expand(const std::vector<std::string>& command, const MacroValues& values);

}  // namespace winnow::program

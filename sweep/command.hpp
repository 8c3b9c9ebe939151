/// The commands that people give to a sweep (docs/semantics.md, "Commands").
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace winnow {

/// What someone may ask of a sweep that runs, or of one of its trials.
enum class CommandVerb : std::uint8_t {
  pause,     ///< sweep: start nothing more; trial: pause at the next report, and don't promote it
  resume,    ///< takes `pause` back
  stop,      ///< sweep: start nothing more, let the running ones finish, end; trial: stop at the next report
  stop_now,  ///< sweep only: the running ones stop at their next report
  retry,     ///< sweep: every failed trial, trial: this failed one runs again, as an attempt more
};
std::string_view to_string(CommandVerb verb);
std::optional<CommandVerb> command_verb(std::string_view word);

}  // namespace winnow

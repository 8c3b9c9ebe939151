#include <winnow/sweep/command.hpp>

#include <array>

namespace winnow {
namespace {

constexpr std::array kVerbs = {CommandVerb::pause, CommandVerb::resume, CommandVerb::stop, CommandVerb::stop_now,
                               CommandVerb::retry};

}  // namespace

std::string_view to_string(CommandVerb verb) {
  switch (verb) {
    case CommandVerb::pause: return "pause";
    case CommandVerb::resume: return "resume";
    case CommandVerb::stop: return "stop";
    case CommandVerb::stop_now: return "stop_now";
    case CommandVerb::retry: return "retry";
  }
  return "?";
}

std::optional<CommandVerb> command_verb(std::string_view word) {
  for (const CommandVerb verb : kVerbs) {
    if (to_string(verb) == word) return verb;
  }
  return std::nullopt;
}

}  // namespace winnow

/// The scheduler's answer to a report.
#pragma once

#include <cstdint>
#include <string_view>

namespace winnow {

enum class Verdict : std::uint8_t {
  go_on = 0,  ///< train on ("continue" is a word of the language)
  stop = 1,   ///< this trial ends here
  pause = 2,  ///< save a checkpoint and leave the slot; the trial may be promoted later
  /// Leave the slot and save nothing: the trial is to go on from another's state. An answer only: the record has a
  /// pause.
  exploit = 3,
};

constexpr std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::go_on: return "continue";
    case Verdict::stop: return "stop";
    case Verdict::pause: return "pause";
    case Verdict::exploit: return "exploit";
  }
  return "?";
}

}  // namespace winnow

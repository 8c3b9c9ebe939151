/// Launchers that hand the work to somebody else and leave: their trial ends before anything is reported
/// (docs/programs.md, "Launchers").
#pragma once

#include <span>
#include <string>

namespace winnow::program {

/// What would wait, where such a launcher is among the words of a command line; else empty.
std::string advice_on_handover(std::span<const std::string> words);

}  // namespace winnow::program

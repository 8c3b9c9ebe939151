/// Words as a shell takes them: for command lines to be pasted, and for a shell's own text.
#pragma once

#include <span>
#include <string>

namespace winnow {

/// Quoted where it must be.
std::string shell_word(const std::string& text);
std::string shell_line(std::span<const std::string> words);

}  // namespace winnow

/// The terminal behind standard output, if there is one.
#pragma once

#include <cstddef>
#include <optional>

namespace winnow::cli {

/// Where standard input, output or error is closed (`>&-`), the next file that is opened would take its number, and
/// with it what is printed. The first thing that a program does.
void open_standard_streams();

bool on_terminal();

struct TerminalSize {
  int columns = 0;  ///< > 0
  int rows = 0;
};
/// Nothing where there is no terminal, or one that doesn't say.
std::optional<TerminalSize> terminal_size();

/// How wide the output may be: COLUMNS if it is set, else the terminal's columns; in a pipe nothing is cut (kNoLimit).
std::size_t output_width();

}  // namespace winnow::cli

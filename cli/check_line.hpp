/// `winnow check FILE --line TEXT`: what the sweep file's patterns read in a line that a program prints.
#pragma once

#include <string>
#include <vector>

#include <winnow/trainers/command.hpp>

namespace winnow::cli {

/// Prints it, per metric. The exit code: 1 where a line reports nothing.
int check_lines(const CommandOptions& options, const std::vector<std::string>& lines, bool json);

}  // namespace winnow::cli

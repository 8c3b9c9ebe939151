/// What stands below the options of --help: paragraphs that begin with a heading and a colon.
///
///     Examples:
///       winnow check sweep.yaml      what the file means        two blanks or more: what it does; or in a line of
///                                    its own, further in
///     Files:
///       runs/first/                  what it is
///     Exit codes: 0 done, 1 the sweep failed.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::cli {

struct FooterEntry {
  std::string what;   ///< a command line, a file
  std::string about;  ///< may be empty
};
/// Below the heading (`Examples`; one in the singular will do), in order.
std::vector<FooterEntry> entries_in(std::string_view footer, std::string_view heading);

/// Code and meaning; none where the footer says nothing of them.
std::vector<std::pair<std::string, std::string>> exit_codes_in(std::string_view footer);

}  // namespace winnow::cli

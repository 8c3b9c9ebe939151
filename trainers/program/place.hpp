/// The folder that a command starts in, where the sweep file doesn't say it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::program {

struct Place {
  std::filesystem::path directory;
  std::string why;  ///< for people: "the sweep file's folder"
};

/// The sweep file's folder where a word of the command is a file there, or what `-m`, `make` and the like take is; else
/// where Winnow was started, as under W&B's agent. `program`: of the sweep file, may be empty; `started_from` may be,
/// too. Both folders are absolute.
Place place_of(const std::string& program, const std::vector<std::string>& command, const std::filesystem::path& base,
               const std::filesystem::path& started_from);

}  // namespace winnow::program

/// `winnow convert`: a sweep file or a space in the format of another tool.
#pragma once

#include <string>

#include <winnow/cli/space_options.hpp>

namespace winnow::cli {

struct ConvertArgs {
  std::string file;
  std::string to;
  std::string output;  ///< empty: standard output
  SpaceArgs space;
};

/// The file on standard output or in `output`, what has no equal on standard error. Exit code 0 with such notes too.
int convert(const ConvertArgs& args);

}  // namespace winnow::cli

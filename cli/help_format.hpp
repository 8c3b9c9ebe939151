/// How --help is laid out.
#pragma once

#include <memory>

namespace CLI {
class FormatterBase;
}

namespace winnow::cli {

/// CLI11's layout, with options and commands broken into the lines of the terminal; in a pipe nothing is broken.
std::shared_ptr<CLI::FormatterBase> help_format();

}  // namespace winnow::cli

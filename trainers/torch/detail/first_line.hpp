#pragma once

#include <exception>
#include <string>

namespace winnow {

/// LibTorch's messages end in a stack trace, which is for its developers.
inline std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

}  // namespace winnow

#pragma once

#include <exception>
#include <string>

namespace winnow {

/// LibTorch's messages end in a stack trace, which is for its developers. TorchScript's begin with one.
inline std::string first_line(const std::exception& error) {
  std::string text = error.what();
  const std::string cause = "\nRuntimeError: ";
  if (const auto at = text.find(cause);
      text.starts_with("The following operation failed in the TorchScript") && at != std::string::npos) {
    text.erase(0, at + cause.size());
  }
  return text.substr(0, text.find('\n'));
}

}  // namespace winnow

/// A part of a terminal that is drawn again and again in its place, and keys as they are pressed.
#pragma once

#include <termios.h>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace winnow::cli {

class Screen {
public:
  /// In the place of what was drawn last.
  void draw(const std::vector<std::string>& lines);
  /// Takes it away, so that something else stands in its place.
  void clear();

private:
  std::size_t drawn_ = 0;  ///< lines on the screen
};

/// While it lives, keys come without Enter and aren't shown, where standard input is a terminal. Ctrl-C stays a signal.
class Keys {
public:
  Keys();
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  /// Waits for one, at most so long; `q` when the terminal is gone. Nothing: none came.
  [[nodiscard]] std::optional<char> next(int milliseconds) const;

private:
  std::optional<termios> before_;
};

}  // namespace winnow::cli

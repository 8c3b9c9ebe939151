#include <winnow/cli/screen.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <utility>

#include <winnow/cli/output.hpp>

namespace winnow::cli {

void Screen::draw(const std::vector<std::string>& lines) {
  // The carriage return: a Ctrl-C has left its `^C` in the line below.
  std::string screen = drawn_ > 0 ? fmt::format("\r\033[{}A", drawn_) : "";
  for (const std::string& line : lines) screen += "\033[2K" + line + "\n";
  screen += "\033[J";
  drawn_ = lines.size();
  put(screen);
  flush_output();
}

void Screen::clear() {
  if (drawn_ > 0) print("\r\033[{}A\033[J", std::exchange(drawn_, 0));
}

Keys::Keys() {
  termios now{};
  if (::tcgetattr(STDIN_FILENO, &now) != 0) return;  // no terminal
  before_ = now;
  now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
}

Keys::~Keys() {
  if (before_) ::tcsetattr(STDIN_FILENO, TCSANOW, &*before_);
}

std::optional<char> Keys::next(int milliseconds) const {
  pollfd input{.fd = before_ ? STDIN_FILENO : -1, .events = POLLIN, .revents = 0};  // -1: only the time counts
  if (::poll(&input, 1, milliseconds) <= 0) return std::nullopt;
  char key = 0;
  return ::read(STDIN_FILENO, &key, 1) == 1 ? key : 'q';
}

}  // namespace winnow::cli

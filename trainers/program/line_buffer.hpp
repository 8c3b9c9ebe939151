/// Bytes in, lines out. A line that is longer than kLongest comes out empty and marked, the rest of it is let go.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace winnow::program {

class LineBuffer {
public:
  static constexpr std::size_t kLongest = std::size_t{1} << 20;  ///< bytes

  struct Line {
    std::string_view text;  ///< without its end; good until the next call of anything here
    bool too_long = false;
    char end = '\n';  ///< what ended it
  };

  /// `ends`: the characters of which each ends a line.
  explicit LineBuffer(std::string_view ends = "\n") : ends_(ends) {}
  void add(std::string_view bytes);
  std::optional<Line> next();
  /// What stands behind the last line's end, as a line; once the stream has ended.
  std::optional<Line> rest();
  [[nodiscard]] std::size_t size() const { return bytes_.size() - at_; }  ///< bytes that haven't come out
  [[nodiscard]] bool empty() const { return size() == 0; }

private:
  std::string ends_;
  std::string bytes_;
  std::size_t at_ = 0;        ///< the first byte that hasn't come out
  std::size_t searched_ = 0;  ///< no line ends before it
  bool skipping_ = false;     ///< within a line that is too long
};

}  // namespace winnow::program

/// The file that takes what a program prints, and what Winnow has to say about it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>

namespace winnow::program {

class Log {
public:
  /// Makes the file, or goes on at its end. Fails with `trial_lost`.
  Result<void> open(std::filesystem::path file);
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }
  void write(std::string_view bytes) const;
  /// A line of Winnow's own. After some dozens no more are written: a program may send nothing but garbage.
  void note(const std::string& text);
  /// The last lines, on one line: at most ten, and a kilobyte. Empty if there are none.
  [[nodiscard]] std::string last_lines() const;

private:
  std::filesystem::path file_;
  Fd fd_;
  int notes_ = 0;
};

}  // namespace winnow::program

/// The file that takes what a program prints, and what Winnow has to say about it.
///
/// A program that prints without end must not fill the disk: of more than the limit the first and the last part are
/// kept (docs/programs.md, "The log"). When the first half is full the rest goes in turn into two files beside it,
/// each a quarter, and the older of them is let go; at the end they are put behind the first half.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>

namespace winnow::program {

class Log {
public:
  Log() = default;
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;
  /// Puts the last part where it belongs.
  ~Log() { finish(); }

  /// Makes the file, or goes on at its end. `limit`: bytes; none: as many as come. Fails with `trial_lost`.
  Result<void> open(std::filesystem::path file, std::optional<std::uint64_t> limit);
  void write(std::string_view bytes);
  /// A line of Winnow's own. After some dozens no more are written: a program may send nothing but garbage.
  void note(const std::string& text);
  /// The last lines, on one line: at most ten, and a kilobyte. Empty if there are none.
  [[nodiscard]] std::string last_lines() const;
  /// Nothing is written after it.
  void finish() noexcept;

private:
  /// A quarter of the limit, of what doesn't go into the first half.
  struct Part {
    Fd fd;
    std::uint64_t size = 0;
  };

  [[nodiscard]] std::filesystem::path part_file(std::size_t number) const;
  void write_behind(std::string_view bytes);

  std::filesystem::path file_;
  Fd fd_;
  std::optional<std::uint64_t> limit_;
  std::uint64_t size_ = 0;      ///< of the first half
  std::array<Part, 2> parts_;   ///< once the first half is full
  std::size_t now_ = 0;         ///< the part that is written to
  std::uint64_t left_out_ = 0;  ///< bytes
  int notes_ = 0;
};

}  // namespace winnow::program

/// Where a listing goes: to standard output, or to a file that takes its name when it is whole.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <winnow/core/result.hpp>
#include <winnow/core/value.hpp>

namespace winnow::cli {

/// To standard output, from any thread. It never fails: the first error is kept, and nothing is written after it.
void put(std::string_view text);
template <class... T>
void print(fmt::format_string<T...> format, T&&... values) {
  put(fmt::format(format, std::forward<T>(values)...));
}
/// On one line, or with each level indented. What isn't UTF-8 is replaced.
std::string json_text(const OrderedJson& json, int indent = -1);
/// One line.
void print_json(const OrderedJson& json);
void flush_output();
/// Whether nothing more arrives, for what reason ever.
bool output_is_closed();
/// Why what was put is lost; nothing if it isn't, or if whoever read it has left.
std::optional<Error> output_failure();

class Output {
public:
  /// Empty: standard output. What is no regular file (a device, a pipe) is written as it stands. Fails with
  /// `invalid_input` for `source`, which the listing is made from, and for a name that is Winnow's in a run directory.
  static Result<Output> open(const std::string& path, const std::filesystem::path& source = {});

  /// After a failure, and when whoever reads the pipe has left, nothing more is written.
  void write(std::string_view text);
  [[nodiscard]] bool done() const { return own_ ? failed_ != 0 : output_is_closed(); }
  /// Standard output's failures are said at the end of the command (output_failure).
  Result<void> finish();
  /// Leaves no file.
  void abandon();

private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void note_failure();

  std::unique_ptr<std::FILE, Close> own_;  ///< none: standard output
  std::filesystem::path path_;
  std::optional<std::filesystem::path> temporary_;
  int failed_ = 0;  ///< errno of the first failure
};

}  // namespace winnow::cli

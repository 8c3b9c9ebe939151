/// Where a listing goes: to standard output, or to a file that takes its name when it is whole.
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <winnow/core/result.hpp>

namespace winnow::cli {

class Output {
public:
  /// Empty: standard output. What is no regular file (a device, a pipe) is written as it stands.
  static Result<Output> open(const std::string& path);

  /// After a failure, and when whoever reads the pipe has left, nothing more is written.
  void write(std::string_view text);
  [[nodiscard]] bool done() const { return failed_ != 0; }
  /// A reader that has left is no error.
  Result<void> finish();
  /// Leaves no file.
  void abandon();

private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  void note_failure();

  std::unique_ptr<std::FILE, Close> own_;
  std::FILE* file_ = stdout;
  std::filesystem::path path_ = "standard output";
  std::optional<std::filesystem::path> temporary_;
  int failed_ = 0;  ///< errno of the first failure
};

}  // namespace winnow::cli

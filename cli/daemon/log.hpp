/// The daemon's log: lines for people, or as JSON, on standard error or in a file.
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include <winnow/base/fd.hpp>
#include <winnow/core/result.hpp>

namespace winnow::cli {

enum class LogFormat { text, json };
std::string_view to_string(LogFormat format);

struct LogSettings {
  LogFormat format = LogFormat::text;
  std::filesystem::path file{};  ///< empty: standard error
  bool operator==(const LogSettings&) const = default;
};

/// Whether it could be opened now; nothing is made. Fails as `Log::open`.
Result<void> check(const LogSettings& settings);

/// Any thread may write; a line is written whole. What can't be written is lost: a full disk doesn't end the daemon.
class Log {
public:
  /// From the next line on: the file is opened anew, so that one that was moved away is let go of. Fails with
  /// `invalid_input` and `log.file`; then the log stays as it was.
  Result<void> open(const LogSettings& settings);

  void info(std::string_view text) { write("info", text); }
  void warn(std::string_view text) { write("warning", text); }

private:
  void write(std::string_view level, std::string_view text);

  std::mutex mutex_;
  LogFormat format_ = LogFormat::text;
  Fd file_;  ///< none: standard error
};

}  // namespace winnow::cli

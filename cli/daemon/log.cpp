#include <winnow/cli/daemon/log.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include <winnow/base/clock.hpp>
#include <winnow/cli/text_table.hpp>
#include <winnow/core/value.hpp>
#include <winnow/server/token_handlers.hpp>

namespace winnow::cli {

std::string_view to_string(LogFormat format) {
  return format == LogFormat::json ? "json" : "text";
}

namespace {

tl::unexpected<Error> no_log(const LogSettings& settings) {
  return fail(Error{errc::invalid_input,
                    fmt::format("log.file: {}: cannot be opened: {}", settings.file.string(), std::strerror(errno)),
                    "log.file"});
}

}  // namespace

Result<void> check(const LogSettings& settings) {
  if (settings.file.empty()) return {};
  const Fd file(::open(settings.file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK));
  if (file) return {};
  const bool missing = errno == ENOENT && settings.file.has_filename();
  if (!missing || ::access(settings.file.parent_path().c_str(), W_OK | X_OK) != 0) return no_log(settings);
  return {};
}

Result<void> Log::open(const LogSettings& settings) {
  Fd file;
  if (!settings.file.empty()) {
    file = Fd(::open(settings.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640));
    if (!file) return no_log(settings);
  }
  const std::lock_guard lock(mutex_);
  format_ = settings.format;
  file_ = std::move(file);
  return {};
}

void Log::write(std::string_view level, std::string_view text) {
  const std::string time = server::timestamp(static_cast<server::Instant>(wall_clock()));
  const std::lock_guard lock(mutex_);
  std::string line;
  if (format_ == LogFormat::json) {
    line = OrderedJson{{"time", time}, {"level", level}, {"message", text}}.dump(-1, ' ', false,
                                                                                 OrderedJson::error_handler_t::replace);
  } else {
    line = fmt::format("{} {} {}", time, level, one_line(text));
  }
  line += '\n';
  (void)!::write(file_ ? file_.get() : STDERR_FILENO, line.data(), line.size());
}

}  // namespace winnow::cli

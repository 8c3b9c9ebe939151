#include <winnow/trainers/program/log.hpp>

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow::program {
namespace {

constexpr int kMostNotes = 50;
constexpr std::size_t kMostLines = 10;
constexpr std::size_t kMostBytes = 1024;
constexpr std::size_t kLookedAt = 8192;  ///< bytes of the file's end

/// Lines that have something in them; control characters, the ends of progress bars among them, part them too.
std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\t') {
      lines.back() += ' ';
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      if (!lines.back().empty()) lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  if (lines.back().empty()) lines.pop_back();
  return lines;
}

/// What isn't UTF-8 (a character that was cut in two, say) becomes U+FFFD.
std::string valid_utf8(const std::string& text) {
  return Value::parse(Value(text).dump(-1, ' ', false, Value::error_handler_t::replace)).get<std::string>();
}

}  // namespace

Result<void> Log::open(std::filesystem::path file) {
  file_ = std::move(file);
  fd_ = Fd(::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (fd_) return {};
  return fail(errc::trial_lost, file_.string() + ": no log: " + std::generic_category().message(errno));
}

void Log::write(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // a full disk: the program's own prints would be lost as well
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Log::note(const std::string& text) {
  if (++notes_ > kMostNotes) return;
  write("winnow: " + text + (notes_ == kMostNotes ? " (and so on)\n" : "\n"));
}

std::string Log::last_lines() const {
  const off_t size = ::lseek(fd_.get(), 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(kLookedAt));
  std::string text(static_cast<std::size_t>(std::max<off_t>(0, size - from)), '\0');
  const ssize_t got = ::pread(fd_.get(), text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  auto lines = lines_in(text);
  if (lines.size() > kMostLines) lines.erase(lines.begin(), lines.end() - kMostLines);
  std::string last;
  for (const std::string& line : lines) last += (last.empty() ? "" : " | ") + line;
  if (last.size() > kMostBytes) last = "…" + last.substr(last.size() - kMostBytes);
  return valid_utf8(last);
}

}  // namespace winnow::program

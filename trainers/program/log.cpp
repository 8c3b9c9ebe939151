#include <winnow/trainers/program/log.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include <winnow/core/value.hpp>

namespace winnow::program {

namespace fs = std::filesystem;

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

/// As much as can be: on a full disk the program's own prints would be lost as well.
void write_all(const Fd& fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void append(const Fd& from, const Fd& to) {
  std::array<char, std::size_t{64} << 10> buffer;  // NOLINT: filled by pread
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(from.get(), buffer.data(), buffer.size(), at);
    if (got <= 0) return;
    write_all(to, {buffer.data(), static_cast<std::size_t>(got)});
    at += got;
  }
}

}  // namespace

Result<void> Log::open(std::filesystem::path file, std::optional<std::uint64_t> limit) {
  file_ = std::move(file);
  limit_ = limit;
  fd_ = Fd(::open(file_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (!fd_) return fail(errc::trial_lost, file_.string() + ": no log: " + std::generic_category().message(errno));
  size_ = static_cast<std::uint64_t>(std::max<off_t>(0, ::lseek(fd_.get(), 0, SEEK_END)));
  return {};
}

fs::path Log::part_file(std::size_t number) const {
  return file_.string() + ".part-" + std::to_string(number + 1);
}

void Log::write(std::string_view bytes) {
  if (!limit_ || parts_[now_].fd) return limit_ ? write_behind(bytes) : write_all(fd_, bytes);
  const std::uint64_t room = *limit_ / 2 > size_ ? *limit_ / 2 - size_ : 0;
  const auto fits = static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size()));
  write_all(fd_, bytes.substr(0, fits));
  size_ += fits;
  if (fits < bytes.size()) write_behind(bytes.substr(fits));
}

void Log::write_behind(std::string_view bytes) {
  while (!bytes.empty()) {
    Part* part = &parts_[now_];
    const std::uint64_t most = std::max<std::uint64_t>(1, *limit_ / 4);
    if (part->fd && part->size >= most) {
      now_ = 1 - now_;
      part = &parts_[now_];
      left_out_ += std::exchange(part->size, 0);
      part->fd.reset();
    }
    if (!part->fd) part->fd = Fd(::open(part_file(now_).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    const auto fits = static_cast<std::size_t>(std::min<std::uint64_t>(most - part->size, bytes.size()));
    if (!part->fd) return;  // a full disk, or no descriptor
    write_all(part->fd, bytes.substr(0, fits));
    part->size += fits;
    bytes.remove_prefix(fits);
  }
}

void Log::finish() noexcept {
  try {
    for (const std::size_t number : {1 - now_, now_}) {
      Part& part = parts_[number];
      if (!part.fd) continue;
      if (const auto bytes = std::exchange(left_out_, 0); bytes > 0) {
        write_all(fd_, "\nwinnow: " + std::to_string(bytes) + " bytes are left out here (process.log_limit)\n");
      }
      append(part.fd, fd_);
      part.fd.reset();
      std::error_code ignored;
      fs::remove(part_file(number), ignored);
    }
  } catch (...) {  // no memory: the parts stay beside it
  }
  fd_.reset();
}

void Log::note(const std::string& text) {
  if (++notes_ > kMostNotes) return;
  write("winnow: " + text + (notes_ == kMostNotes ? " (and so on)\n" : "\n"));
}

std::string Log::last_lines() const {
  // A part that was just begun may hold less than is looked at: that is as good.
  const int newest = parts_[now_].fd ? parts_[now_].fd.get() : fd_.get();
  const off_t size = ::lseek(newest, 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(kLookedAt));
  std::string text(static_cast<std::size_t>(std::max<off_t>(0, size - from)), '\0');
  const ssize_t got = ::pread(newest, text.data(), text.size(), from);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  auto lines = lines_in(text);
  if (lines.size() > kMostLines) lines.erase(lines.begin(), lines.end() - kMostLines);
  std::string last;
  for (const std::string& line : lines) last += (last.empty() ? "" : " | ") + line;
  if (last.size() > kMostBytes) last = "…" + last.substr(last.size() - kMostBytes);
  return valid_utf8(last);
}

}  // namespace winnow::program

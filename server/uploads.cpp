#include <winnow/server/uploads.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include <winnow/base/catching.hpp>
#include <winnow/base/fd.hpp>
#include <winnow/base/file.hpp>
#include <winnow/server/json_body.hpp>
#include <winnow/server/tokens/secret.hpp>
#include <winnow/storage/filesystem.hpp>

namespace winnow::server {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kJanitorPeriod{60};
constexpr std::size_t kLongestPath = 1024;
constexpr std::size_t kLongestStep = 255;
constexpr std::size_t kIdDigits = 32;

bool is_plain_step(std::string_view step) {
  return !step.empty() && step != "." && step != ".." && step.size() <= kLongestStep &&
         std::none_of(step.begin(), step.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// The folder in which the path's last step stands, made as far as it isn't there.
Result<Fd> open_parent(const fs::path& root, const std::vector<std::string>& steps) {
  Fd at(::open(root.c_str(), O_DIRECTORY | O_RDONLY | O_CLOEXEC));
  if (!at) return posix::failed(root, "cannot be opened");
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) {
    const char* step = steps[i].c_str();
    if (::mkdirat(at.get(), step, 0700) == 0) {
      if (::fsync(at.get()) != 0) return posix::failed(root / step, "cannot be synced");
    } else if (errno != EEXIST) {
      return posix::failed(root / step, "cannot be made");
    }
    Fd next(::openat(at.get(), step, O_DIRECTORY | O_NOFOLLOW | O_RDONLY | O_CLOEXEC));
    if (!next && (errno == ENOTDIR || errno == ELOOP)) {
      return wrong_field("path", fmt::format("'{}' in it is a file", steps[i]));
    }
    if (!next) return posix::failed(root / step, "cannot be opened");
    at = std::move(next);
  }
  return at;
}

Result<void> write_all(int file, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return posix::failed(path, "cannot be written");
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// Of a part at its offset; a file that can't be written whole is cut back to that.
Result<void> write_part(const fs::path& root, const std::vector<std::string>& steps, const Uploads::Part& part) {
  const auto parent = open_parent(root, steps);
  if (!parent) return fail(parent.error());
  const fs::path path = root / part.path;
  const int mode = part.executable ? 0700 : 0600;
  const Fd file(::openat(parent->get(), steps.back().c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode));
  if (!file && (errno == EISDIR || errno == ELOOP)) return wrong_field("path", "is a folder already");
  if (!file) return posix::failed(path, "cannot be opened");
  const auto offset = static_cast<off_t>(part.offset);
  if (::ftruncate(file.get(), offset) != 0 || ::lseek(file.get(), offset, SEEK_SET) != offset ||
      ::fchmod(file.get(), static_cast<mode_t>(mode)) != 0) {
    return posix::failed(path, "cannot be written");
  }
  auto written = write_all(file.get(), part.content, path);
  if (!written) (void)!::ftruncate(file.get(), offset);
  if (written && ::fsync(file.get()) != 0) return posix::failed(path, "cannot be synced");
  if (written && ::fsync(parent->get()) != 0) return posix::failed(path.parent_path(), "cannot be synced");
  return written;
}

}  // namespace

Result<std::vector<std::string>> upload_path(std::string_view path) {
  const auto wrong = [] {
    return wrong_field("path",
                       "is relative, as data/train.csv: no step of it is empty, . or .., or has control "
                       "characters, and it has at most 1024 bytes");
  };
  if (path.size() > kLongestPath) return wrong();
  std::vector<std::string> steps;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view step = path.substr(at, end - at);
    if (!is_plain_step(step)) return wrong();
    steps.emplace_back(step);
    at = end + 1;
  }
  return steps;
}

Uploads::Uploads(fs::path folder, UploadLimits limits)
    : folder_(std::move(folder)), limits_(limits), ticker_(kJanitorPeriod) {
  ticker_.add([this] {
    (void)catching(errc::internal, [this]() -> Result<void> {  // for want of memory; the next time it may go
      drop_unused();
      return {};
    });
  });
}

Result<std::unique_ptr<Uploads>> Uploads::open(fs::path folder, UploadLimits limits) {
  return catching(errc::io, [&]() -> Result<std::unique_ptr<Uploads>> {
    fs::remove_all(folder);  // of a daemon that ended before
    if (auto made = posix::make_directories(folder); !made) return fail(made.error());
    return std::unique_ptr<Uploads>(new Uploads(std::move(folder), limits));
  });
}

Result<std::string> Uploads::begin(const std::string& owner) {
  if (limits_.bytes == 0) return fail(errc::unsupported, "files can't be sent along here: limits.uploads is 0");
  auto secret = new_secret();
  if (!secret) return fail(secret.error());
  const std::string id = secret->substr(secret->size() - kIdDigits);
  const std::lock_guard lock(mutex_);
  if (uploads_.size() >= limits_.uploads) {
    return fail(errc::illegal_state, fmt::format("{} uploads are waiting to be used; one that isn't goes after {} s",
                                                 uploads_.size(), limits_.unused.count()));
  }
  const fs::path root = folder_ / id;
  if (::mkdir(root.c_str(), 0700) != 0) return posix::failed(root, "cannot be made");
  uploads_[id] = {.owner = owner, .changed = Clock::now()};
  return id;
}

Result<Uploads::Upload*> Uploads::find(const std::string& id, const std::string& owner) {
  const auto it = uploads_.find(id);
  if (it == uploads_.end() || it->second.owner != owner) {
    return fail(errc::unknown_sweep,
                fmt::format("there is no upload '{}': it was used, or left alone for too long", id));
  }
  if (it->second.taken) return fail(errc::illegal_state, fmt::format("upload '{}' is being used", id));
  return &it->second;
}

std::uint64_t Uploads::bytes() const {
  std::uint64_t all = 0;
  for (const auto& [id, upload] : uploads_) {
    for (const auto& [path, size] : upload.files) all += size;
  }
  return all;
}

Result<void> Uploads::check_room(const Upload& upload, const Part& part, std::uint64_t size) const {
  if (!upload.files.contains(part.path) && upload.files.size() >= limits_.files) {
    return fail(errc::invalid_input, fmt::format("an upload has at most {} files", limits_.files));
  }
  const std::uint64_t freed = part.offset == 0 ? size : 0;
  if (bytes() - freed + part.content.size() > limits_.bytes) {
    return fail(errc::invalid_input,
                fmt::format("files that are sent along have at most {} MiB in all here (limits.uploads)",
                            limits_.bytes >> 20U));
  }
  const auto free = free_bytes(folder_);
  if (!free) return fail(free.error());
  if (*free >= limits_.min_free + part.content.size()) return {};
  return fail(errc::io, fmt::format("only {} MiB free on the disk of {} (limit {} MiB)", *free >> 20U, folder_.string(),
                                    limits_.min_free >> 20U));
}

Result<std::uint64_t> Uploads::write(const std::string& id, const std::string& owner, const Part& part) {
  const auto steps = upload_path(part.path);
  if (!steps) return fail(steps.error());
  const std::lock_guard lock(mutex_);
  const auto upload = find(id, owner);
  if (!upload) return fail(upload.error());
  auto& files = (*upload)->files;
  const auto known = files.find(part.path);
  const std::uint64_t size = known == files.end() ? 0 : known->second;
  if (part.offset != 0 && part.offset != size) {
    return fail(errc::illegal_state, fmt::format("offset: {} has {} bytes", part.path, size));
  }
  if (auto room = check_room(**upload, part, size); !room) return fail(room.error());
  auto written = write_part(folder_ / id, *steps, part);
  (*upload)->changed = Clock::now();
  if (!written) {
    if (part.offset == 0 && known != files.end()) known->second = 0;
    return fail(written.error());
  }
  return files[part.path] = part.offset + part.content.size();
}

Result<void> Uploads::remove(const std::string& id, const std::string& owner) {
  const std::lock_guard lock(mutex_);
  const auto upload = find(id, owner);
  if (!upload) return fail(upload.error());
  uploads_.erase(id);
  discard(id);
  return {};
}

Result<Uploads::Taken> Uploads::take(const std::string& id, const std::string& owner) {
  const std::lock_guard lock(mutex_);
  const auto upload = find(id, owner);
  if (!upload) return fail(upload.error());
  (*upload)->taken = true;
  return Taken(*this, id);
}

void Uploads::Taken::give_back() {
  if (uploads_ == nullptr) return;
  std::error_code failed;
  const bool is_there = fs::exists(folder(), failed);
  const std::lock_guard lock(uploads_->mutex_);
  const auto it = uploads_->uploads_.find(id_);
  if (it == uploads_->uploads_.end()) return;
  it->second.taken = false;
  it->second.changed = Clock::now();
  if (!is_there) uploads_->uploads_.erase(it);
}

void Uploads::drop_unused(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  std::erase_if(uploads_, [&](const auto& one) {
    const bool goes = !one.second.taken && now - one.second.changed > limits_.unused;
    if (goes) discard(one.first);
    return goes;
  });
}

void Uploads::discard(const std::string& id) const {
  std::error_code ignored;  // what can't be removed now is at the next start
  fs::remove_all(folder_ / id, ignored);
}

}  // namespace winnow::server

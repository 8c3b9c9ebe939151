/// Files that a client sends ahead of the sweep that names them, since the daemon can't see the client's disk.
///
/// An upload is a folder of its own, filled file by file, each in one part or several. A sweep takes it over, or nobody
/// does: what isn't used within an hour of its last change is removed, and so is what a daemon left that ended before.
/// All of them together have a bound, and leave the disk what it is to keep free. A path is relative and has no `..`;
/// no step of it is followed through a symbolic link. What is acknowledged is synced.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <winnow/core/result.hpp>
#include <winnow/engine/ticker.hpp>

namespace winnow::server {

struct UploadLimits {
  std::uint64_t bytes = std::uint64_t{1} << 30;       ///< of all uploads that aren't used yet; 0: none are taken
  std::uint64_t min_free = std::uint64_t{256} << 20;  ///< bytes of disk that stay free
  std::size_t uploads = 256;                          ///< that aren't used yet
  std::size_t files = 10'000;                         ///< of one upload
  std::chrono::seconds unused{3600};                  ///< how long one is kept without a change
};

/// The steps of an upload's path. Fails with `invalid_input` for one that isn't relative, has an empty step, `.`, `..`
/// or control characters, or is longer than 1024 bytes.
Result<std::vector<std::string>> upload_path(std::string_view path);

/// Any thread may call it.
class Uploads {
public:
  using Clock = std::chrono::steady_clock;

  /// `folder` is made, and emptied. Fails with `io`.
  static Result<std::unique_ptr<Uploads>> open(std::filesystem::path folder, UploadLimits limits);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  /// A new one, of that owner; its id can't be guessed. Fails with `illegal_state` where there are too many, with
  /// `unsupported` where none are taken.
  Result<std::string> begin(const std::string& owner);

  struct Part {
    std::string path{};
    std::uint64_t offset = 0;  ///< 0: the file begins anew; else its size now
    std::string_view content{};
    bool executable = false;
  };
  /// The file's size now. Fails with `invalid_input` for the path and for a bound, with `illegal_state` where the
  /// offset isn't the file's size, with `unknown_sweep` where the owner has no such upload, with `io`; then the file is
  /// as it was.
  Result<std::uint64_t> write(const std::string& id, const std::string& owner, const Part& part);

  Result<void> remove(const std::string& id, const std::string& owner);

  /// An upload that is about to be used, and isn't changed meanwhile: it is given back if it wasn't.
  class Taken {
  public:
    Taken(Uploads& uploads, std::string id) : uploads_(&uploads), id_(std::move(id)) {}
    Taken(Taken&& other) noexcept : uploads_(std::exchange(other.uploads_, nullptr)), id_(std::move(other.id_)) {}
    Taken& operator=(Taken&&) = delete;
    ~Taken() { give_back(); }
    [[nodiscard]] std::filesystem::path folder() const { return uploads_->folder_ / id_; }

  private:
    void give_back();
    Uploads* uploads_;
    std::string id_;
  };
  /// Fails with `unknown_sweep`, or `illegal_state` while somebody else has it. If its folder is gone when it is given
  /// back, it was used.
  Result<Taken> take(const std::string& id, const std::string& owner);

  /// Removes those that were left alone for too long.
  void drop_unused(Clock::time_point now = Clock::now());

private:
  struct Upload {
    std::string owner{};
    std::map<std::string, std::uint64_t> files{};  ///< their sizes, by path
    bool taken = false;
    Clock::time_point changed{};
  };

  Uploads(std::filesystem::path folder, UploadLimits limits);
  /// Under the lock. Fails with `unknown_sweep`, or `illegal_state` where it is taken.
  Result<Upload*> find(const std::string& id, const std::string& owner);
  [[nodiscard]] Result<void> check_room(const Upload& upload, const Part& part, std::uint64_t size) const;
  [[nodiscard]] std::uint64_t bytes() const;
  void discard(const std::string& id) const;

  const std::filesystem::path folder_;
  const UploadLimits limits_;
  std::mutex mutex_;
  std::map<std::string, Upload, std::less<>> uploads_{};
  Ticker ticker_;  ///< the last to come: it calls the rest
};

}  // namespace winnow::server

/// A folder of one's own for the time being.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <winnow/core/result.hpp>

namespace winnow {

/// Removed, with all that is in it, at the end of its life. Only this user can enter it.
class TempDir {
public:
  /// `parent/prefix-XXXXXX`; `parent` empty: where temporary files go. Fails with `io`.
  static Result<TempDir> make(std::string_view prefix, const std::filesystem::path& parent = {});
  TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  TempDir& operator=(TempDir&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// The caller's to remove.
  [[nodiscard]] std::filesystem::path release() { return std::exchange(path_, {}); }
  [[nodiscard]] std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

private:
  explicit TempDir(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;  ///< empty: moved from
};

}  // namespace winnow

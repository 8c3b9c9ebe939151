/// A folder of a test's own.
#pragma once

#include <unistd.h>

#include <filesystem>

#include <winnow/base/temp_dir.hpp>

namespace winnow::test {

/// Gone with all that is in it when the test is over. Throws where it can't be made.
class TempDir : public winnow::TempDir {
public:
  /// `parent` empty: where temporary files go.
  explicit TempDir(const std::filesystem::path& parent = {})
      : winnow::TempDir(winnow::TempDir::make("winnow-test", parent).value()) {}
};

/// A folder in memory, where there is one: for tests that write a file thousands of times.
inline std::filesystem::path fast_parent() {
  return ::access("/dev/shm", W_OK) == 0 ? "/dev/shm" : std::filesystem::temp_directory_path();
}

}  // namespace winnow::test

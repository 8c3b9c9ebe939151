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

/// A folder in memory, where there is one: for tests that write a file thousands of times. Of a suite that is the one
/// which suite_folder.sh made.
inline std::filesystem::path fast_parent() {
  const std::filesystem::path usual = std::filesystem::temp_directory_path();
  const std::filesystem::path memory = "/dev/shm";
  if (std::filesystem::is_directory(memory / usual.filename())) return memory / usual.filename();
  return ::access(memory.c_str(), W_OK) == 0 ? memory : usual;
}

}  // namespace winnow::test

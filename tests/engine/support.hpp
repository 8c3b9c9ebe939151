/// What the tests of engine/ share.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace winnow::test {

/// A temporary directory of a test's own.
class Folder {
public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "winnow-search-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path;
};

}  // namespace winnow::test

#include <winnow/base/temp_dir.hpp>

#include <stdlib.h>

#include <winnow/base/file.hpp>

namespace winnow {

namespace fs = std::filesystem;

Result<TempDir> TempDir::make(std::string_view prefix, const fs::path& parent) {
  std::error_code none;
  const fs::path in = parent.empty() ? fs::temp_directory_path(none) : parent;
  if (none) return fail(errc::io, "there is no folder for temporary files: " + none.message());
  std::string path = (absolute_path(in) / (std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) return posix::failed(path, "cannot make a folder");
  return TempDir(std::move(path));
}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace winnow

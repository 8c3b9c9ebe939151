/// The program that runs, by its path: what was installed with it lies at fixed places beside it.
#pragma once

#include <filesystem>
#include <system_error>

namespace winnow {

/// Empty if it can't be found out.
inline std::filesystem::path program_path() {
  std::error_code failed;
  auto path = std::filesystem::read_symlink("/proc/self/exe", failed);
  return failed ? std::filesystem::path() : path;
}

}  // namespace winnow

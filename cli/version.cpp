#include <fmt/format.h>
#include <build_info.hpp>

#include <winnow/cli/version.hpp>

namespace winnow::cli {

std::string version_text() {
  return fmt::format(
      "winnow {}\n"
      "build       {}, {}, sanitizers {}\n"
      "libraries   CAF {}, SQLite {}, HDF5 {}, yaml-cpp {}\n"
      "LibTorch    {}",
      build::kVersion, build::kType, build::kCompiler, build::kSanitizers ? "on" : "off", build::kCaf, build::kSqlite,
      build::kHdf5, build::kYamlCpp,
      build::kTorch
          ? "on: the trainer modules `classifier` and `hf` were built; each is loaded when a sweep asks for it"
          : "off: built without the trainer modules `classifier` and `hf`");
}

}  // namespace winnow::cli

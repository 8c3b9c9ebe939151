/// Files of tools that have no dialect here, told by their shape: so that people hear whose file it is, and not which
/// key W&B wouldn't have.
#pragma once

#include <optional>
#include <string>

#include <winnow/space/document.hpp>

namespace winnow {

struct ForeignFile {
  Position position;
  std::string what;  ///< `this is Ax's search space; …`
};

std::optional<ForeignFile> foreign_file(const Node& root);

}  // namespace winnow
